"""The message classes, one module per schema file; all but this file are generated."""
