"""Orders: what was bought, paid, sent, and what happened to it since."""
