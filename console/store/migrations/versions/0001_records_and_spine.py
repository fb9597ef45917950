"""Schema 0001: records and spine."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """To schema 0001."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_conversations_rev"), "conversations", ["rev"], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.LargeBinary(), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("internal", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_messages_pos", "messages", ["conversation_id", "pos", "id"], unique=False
    )
    op.create_index(op.f("ix_messages_rev"), "messages", ["rev"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("buyer_id", sa.LargeBinary(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_orders_buyer", "orders", ["buyer_id"], unique=False)
    op.create_index("ix_orders_number", "orders", ["number"], unique=False)
    op.create_index(op.f("ix_orders_rev"), "orders", ["rev"], unique=False)
    op.create_table(
        "parties",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_parties_handle", "parties", ["handle"], unique=False)
    op.create_index("ix_parties_name", "parties", ["name"], unique=False)
    op.create_index(op.f("ix_parties_rev"), "parties", ["rev"], unique=False)
    op.create_table(
        "roles",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_roles_name", "roles", ["name"], unique=False)
    op.create_index(op.f("ix_roles_rev"), "roles", ["rev"], unique=False)
    op.create_table(
        "teams",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_teams_name", "teams", ["name"], unique=False)
    op.create_index(op.f("ix_teams_rev"), "teams", ["rev"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.LargeBinary(), nullable=False),
        sa.Column("assignee_id", sa.LargeBinary(), nullable=False),
        sa.Column("requester_id", sa.LargeBinary(), nullable=False),
        sa.Column("order_id", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("waits_at", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_tickets_active_newest",
        "tickets",
        ["active", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_active_waiting",
        "tickets",
        ["active", "waits_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_assignee_newest",
        "tickets",
        ["active", "assignee_id", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_assignee_waiting",
        "tickets",
        ["active", "assignee_id", "waits_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_conversation", "tickets", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_tickets_finished_newest",
        "tickets",
        ["finished", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
    op.create_index("ix_tickets_number", "tickets", ["number"], unique=False)
    op.create_index("ix_tickets_order", "tickets", ["order_id"], unique=False)
    op.create_index(
        "ix_tickets_requester",
        "tickets",
        ["requester_id", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
    op.create_index(op.f("ix_tickets_rev"), "tickets", ["rev"], unique=False)
    op.create_index(
        "ix_tickets_status_newest",
        "tickets",
        ["status", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_team_newest",
        "tickets",
        ["active", "team_id", sa.literal_column("updated_at DESC"), "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_team_waiting",
        "tickets",
        ["active", "team_id", "waits_at", "id"],
        unique=False,
    )
    op.create_table(
        "users",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("sc", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_users_email", "users", ["email"], unique=False)
    op.create_index(op.f("ix_users_rev"), "users", ["rev"], unique=False)
    op.create_table(
        "applied_command",
        sa.Column("cmd_id", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.LargeBinary(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("req_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cmd_id"),
    )
    op.create_index("ix_applied_command_at", "applied_command", ["at"], unique=False)
    op.create_table(
        "change_log",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("txn_last", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.LargeBinary(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("scopes_before", sa.Text(), nullable=True),
        sa.Column("scopes_after", sa.Text(), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=True),
        sa.Column("cmd_id", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(
        "ix_change_log_entity", "change_log", ["entity_id", "seq"], unique=False
    )
    op.create_table(
        "change_scope",
        sa.Column("scope_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "seq"),
    )
    op.create_index("ix_change_scope_seq", "change_scope", ["seq"], unique=False)
    op.create_table(
        "credential",
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.Column("pruned_n", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "epoch",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("no"),
    )
    op.create_table(
        "record_scope",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("scope_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", "scope_id"),
    )
    op.create_index(
        "ix_record_scope_scope",
        "record_scope",
        ["kind", "scope_id", "id"],
        unique=False,
    )
    op.create_table(
        "scope",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "scope_grant",
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("scope_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "scope_id"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)
    op.create_table(
        "sync_state",
        sa.Column("k", sa.Text(), nullable=False),
        sa.Column("v", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("k"),
    )
    op.create_table(
        "ticket_link",
        sa.Column("linked_id", sa.LargeBinary(), nullable=False),
        sa.Column("ticket_id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("linked_id", "ticket_id"),
    )


def downgrade() -> None:
    """Back to schema nothing."""
    op.drop_table("ticket_link")
    op.drop_table("sync_state")
    op.drop_index(op.f("ix_session_user_id"), table_name="session")
    op.drop_table("session")
    op.drop_table("scope_grant")
    op.drop_table("scope")
    op.drop_index("ix_record_scope_scope", table_name="record_scope")
    op.drop_table("record_scope")
    op.drop_table("epoch")
    op.drop_table("device")
    op.drop_table("credential")
    op.drop_index("ix_change_scope_seq", table_name="change_scope")
    op.drop_table("change_scope")
    op.drop_index("ix_change_log_entity", table_name="change_log")
    op.drop_table("change_log")
    op.drop_index("ix_applied_command_at", table_name="applied_command")
    op.drop_table("applied_command")
    op.drop_index(op.f("ix_users_rev"), table_name="users")
    op.drop_index("ix_users_email", table_name="users")
    op.drop_table("users")
    op.drop_index("ix_tickets_team_waiting", table_name="tickets")
    op.drop_index("ix_tickets_team_newest", table_name="tickets")
    op.drop_index("ix_tickets_status_newest", table_name="tickets")
    op.drop_index(op.f("ix_tickets_rev"), table_name="tickets")
    op.drop_index("ix_tickets_requester", table_name="tickets")
    op.drop_index("ix_tickets_order", table_name="tickets")
    op.drop_index("ix_tickets_number", table_name="tickets")
    op.drop_index("ix_tickets_finished_newest", table_name="tickets")
    op.drop_index("ix_tickets_conversation", table_name="tickets")
    op.drop_index("ix_tickets_assignee_waiting", table_name="tickets")
    op.drop_index("ix_tickets_assignee_newest", table_name="tickets")
    op.drop_index("ix_tickets_active_waiting", table_name="tickets")
    op.drop_index("ix_tickets_active_newest", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index(op.f("ix_teams_rev"), table_name="teams")
    op.drop_index("ix_teams_name", table_name="teams")
    op.drop_table("teams")
    op.drop_index(op.f("ix_roles_rev"), table_name="roles")
    op.drop_index("ix_roles_name", table_name="roles")
    op.drop_table("roles")
    op.drop_index(op.f("ix_parties_rev"), table_name="parties")
    op.drop_index("ix_parties_name", table_name="parties")
    op.drop_index("ix_parties_handle", table_name="parties")
    op.drop_table("parties")
    op.drop_index(op.f("ix_orders_rev"), table_name="orders")
    op.drop_index("ix_orders_number", table_name="orders")
    op.drop_index("ix_orders_buyer", table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_messages_rev"), table_name="messages")
    op.drop_index("ix_messages_pos", table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_conversations_rev"), table_name="conversations")
    op.drop_table("conversations")
