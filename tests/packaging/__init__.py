"""The two commands and the locks."""
