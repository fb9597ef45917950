"""The page of the policy."""
