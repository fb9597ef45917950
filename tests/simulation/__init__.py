"""The model of the sync design, run against the real cores in virtual time."""
