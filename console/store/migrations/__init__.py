"""Alembic migrations of the server's database, oldest first, named by number."""
