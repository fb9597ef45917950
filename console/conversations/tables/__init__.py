"""Conversations as stored on both sides: columns and reads in `rows`, tables in `schema`."""
