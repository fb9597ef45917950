"""The policy as screens use it."""
