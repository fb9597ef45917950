"""How search looks: the page with its line, its hits and its lists of searches."""
