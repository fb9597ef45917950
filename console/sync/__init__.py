"""The spine: one change log, one outbox, one way in and one way out for every record."""
