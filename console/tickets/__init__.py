"""Tickets: the tracked unit of work over a conversation, and the views that queue it."""
