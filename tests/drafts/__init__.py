"""Drafts between one's own computers: what is kept, decided, taken over and offered."""
