"""What the screen shows of tickets and lets one do: queue, views, the open ticket, previews."""
