"""How custom fields are written: the page, its form, the options of a choice."""
