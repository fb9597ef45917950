"""What can be searched for: the words of a text, and the language of the search line."""
