"""Parley's tests: behaviour through the real thing."""
