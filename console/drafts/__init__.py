"""Drafts between one's own computers: what is begun on one goes on at the other."""
