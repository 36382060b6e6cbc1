"""The table of broker configs, one file per theme."""
