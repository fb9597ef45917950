"""What screens show and do of the policy: what is kept of it here, its form, and its preview."""
