"""How a conversation looks: the timeline and the composer."""
