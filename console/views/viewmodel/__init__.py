"""What the screen shows of saved views and lets one do with them: `saved`, and their `previews`."""
