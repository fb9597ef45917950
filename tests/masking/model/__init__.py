"""What masking knows: finding, policy, shield."""
