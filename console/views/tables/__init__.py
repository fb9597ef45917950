"""Saved views as stored on both sides: query columns and reads in `rows`, the table in `schema`."""
