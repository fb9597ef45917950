"""SQLite and PostgreSQL: connections, the one-writer threads, schema versions."""
