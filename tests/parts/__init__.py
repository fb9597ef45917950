"""Real parts that tests run against: a server on loopback, desks, PostgreSQL."""
