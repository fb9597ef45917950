"""What screens are told of custom fields."""
