"""The conversation on screen: composer and timeline, by keys and mouse."""
