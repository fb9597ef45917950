"""Golden copies of everything on the wire, one folder for each protocol version."""
