"""Alembic's entry: runs the migrations on the connection that `migrate.upgrade` hands in."""

from alembic import context

connection = context.config.attributes["connection"]
# SQLite's DDL is transactional once BEGIN is sent by us: a killed upgrade leaves nothing behind.
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
