"""Masking: contact data that must not go from one party to the other, found and covered."""
