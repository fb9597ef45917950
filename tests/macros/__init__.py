"""Macros: rules, storage, decisions, writing them."""
