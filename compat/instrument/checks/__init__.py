"""The checks, one file for one subject; `../check.py` says what a check is."""
