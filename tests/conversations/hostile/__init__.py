"""What comes in from people who mean harm: markup, links, names."""
