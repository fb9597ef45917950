"""Macros: texts with gaps that fill themselves, and what is done to a ticket along with them."""
