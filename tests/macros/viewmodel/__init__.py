"""Macros as screens use them."""
