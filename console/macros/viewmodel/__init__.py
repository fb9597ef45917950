"""Macros as screens use them: found, filled in, applied, written, shown before they are confirmed."""
