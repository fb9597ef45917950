"""Pictures of every state of the console, from real widgets over a real cache."""
