"""What the search page shows: hits by ticket as somebody types, recent and saved searches."""
