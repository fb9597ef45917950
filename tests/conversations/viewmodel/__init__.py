"""The conversation as screens see it: composer, timeline, previews."""
