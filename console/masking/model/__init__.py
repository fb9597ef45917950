"""What masking knows: `contacts` finds contact data, `policy` says which of it is covered, `shield` does it."""
