"""Whole paths through real desktop cores and a real server over real sockets."""
