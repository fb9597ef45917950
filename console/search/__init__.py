"""Search: one line with operators over everything kept here, and over the server's history."""
