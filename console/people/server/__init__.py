"""People on the server: accounts and passwords, sessions, scopes, parties, notes on them."""
