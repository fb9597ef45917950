"""Masking: contact data found, the policy, the shield, and how they are set."""
