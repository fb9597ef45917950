"""People as stored on both sides: query columns and reads in `rows`, tables in `schema`."""
