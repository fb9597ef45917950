"""How custom fields are written."""
