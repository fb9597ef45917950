"""Conversations: lanes to buyer, seller and among staff, and the messages in them."""
