"""Tickets on screen: the list, the views, the page, what is around it, by keys and mouse."""
