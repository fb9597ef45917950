"""Saved views: ways to look at a list that a person, a team or everybody keeps."""
