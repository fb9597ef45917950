"""The policy as stored on both sides: reads in `rows`, the table in `schema`."""
