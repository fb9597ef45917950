"""How macros look: the page on which they are written."""
