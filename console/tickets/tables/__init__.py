"""Tickets as stored on both sides: query columns, views and reads in `rows`, tables in `schema`."""
