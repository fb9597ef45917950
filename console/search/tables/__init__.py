"""Search as stored: the full-text index of the cache, and what is read from it."""
