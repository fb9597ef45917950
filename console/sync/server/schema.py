"""The server's own tables: the change log, scopes, epochs, commands answered, devices, tombstones."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from console.store.schema import id_column

spine = MetaData()
"""Tables of the spine that only the server has."""

epoch = Table(
    "epoch",
    spine,
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", BigInteger, nullable=False),
    Column("last_seq", BigInteger),
)

# SQLite: `seq` and the counters of numbers. PostgreSQL keeps those in sequences. Both: `horizon`.
sync_state = Table(
    "sync_state",
    spine,
    Column("k", Text, primary_key=True),
    Column("v", BigInteger, nullable=False),
)

# No document here: replay sends the record as it now is, so the log stays small and an erased
# record leaves nothing behind in it.
change_log = Table(
    "change_log",
    spine,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("txn_last", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    id_column("entity_id", nullable=False),
    Column("op", Text, nullable=False),
    Column("scopes_before", Text),
    Column("scopes_after", Text, nullable=False),
    id_column("actor"),
    id_column("cmd_id"),
    Column("at", BigInteger, nullable=False),
)
Index("ix_change_log_entity", change_log.c.entity_id, change_log.c.seq)

change_scope = Table(
    "change_scope",
    spine,
    Column("scope_id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
)
Index("ix_change_scope_seq", change_scope.c.seq)

# Which records a scope shows; children are found through their parent's rows.
record_scope = Table(
    "record_scope",
    spine,
    Column("kind", Text, primary_key=True),
    id_column("id", primary_key=True),
    Column("scope_id", Integer, primary_key=True, autoincrement=False),
)
Index("ix_record_scope_scope", record_scope.c.kind, record_scope.c.scope_id, record_scope.c.id)

applied_command = Table(
    "applied_command",
    spine,
    id_column("cmd_id", primary_key=True),
    id_column("device"),
    Column("n", BigInteger, nullable=False),
    id_column("user_id", nullable=False),
    id_column("req_hash", nullable=False),
    Column("status", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("seq", BigInteger),
    Column("at", BigInteger, nullable=False),
)
Index("ix_applied_command_at", applied_command.c.at)

device = Table(
    "device",
    spine,
    id_column("id", primary_key=True),
    id_column("user_id", nullable=False),
    Column("last_n", BigInteger, nullable=False),
    Column("pruned_n", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

# What was erased, by id alone. A backup made before still holds it: a restore erases it again.
tombstone = Table(
    "tombstone",
    spine,
    Column("kind", Text, primary_key=True),
    id_column("id", primary_key=True),
    Column("at", BigInteger, nullable=False),
)
# `claimed_until` is 0 for a job nobody works at; times are ms. A dead one is kept with its error.
job = Table(
    "job",
    spine,
    id_column("id", primary_key=True),
    Column("kind", Text, nullable=False),
    Column("args", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claimed_until", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("dead_at", BigInteger),
)
Index("ix_job_due", job.c.dead_at, job.c.due_at)

# Scopes are handed out in pairs: an even number, and the odd one after it for internal children.
scope = Table(
    "scope",
    spine,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
)

scope_grant = Table(
    "scope_grant",
    spine,
    id_column("user_id", primary_key=True),
    Column("scope_id", Integer, primary_key=True, autoincrement=False),
)
