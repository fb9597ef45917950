"""Macros on screen."""
