"""Custom fields as stored on both sides: columns and reads in `rows`, the table in `schema`."""
