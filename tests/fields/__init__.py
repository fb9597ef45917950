"""Custom fields: rules, storage, decisions, values in words, writing them."""
