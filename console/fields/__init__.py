"""Custom fields: what a desk wants to know of its tickets beside what everybody's tickets have."""
