"""What the screen shows of a conversation and lets one do: timeline, composer, previews."""
