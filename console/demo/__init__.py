"""The sandbox shop: a believable year of history, and simulated people who keep it going."""
