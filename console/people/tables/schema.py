"""Tables of people, the same on server and desktop."""

from sqlalchemy import BigInteger, Column, Integer, Text

from console.people.records import PARTY, PARTY_NOTE, ROLE, TEAM, USER
from console.people.tables import rows
from console.store.schema import id_column, record_table
from console.sync.registry import RecordTable

ROLES = RecordTable(
    ROLE,
    record_table("roles", Column("name", Text, nullable=False), indexes={"name": ("name",)}),
    rows.role_columns,
)
TEAMS = RecordTable(
    TEAM,
    record_table("teams", Column("name", Text, nullable=False), indexes={"name": ("name",)}),
    rows.team_columns,
)
USERS = RecordTable(
    USER,
    record_table(
        "users",
        Column("email", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("active", Integer, nullable=False),
        indexes={"email": ("email",)},
    ),
    rows.user_columns,
)
PARTIES = RecordTable(
    PARTY,
    record_table(
        "parties",
        Column("handle", Text, nullable=False),
        Column("name", Text, nullable=False),
        indexes={"handle": ("handle",), "name": ("name",)},
    ),
    rows.party_columns,
)
PARTY_NOTES = RecordTable(
    PARTY_NOTE,
    record_table(
        "party_notes",
        id_column("party_id", nullable=False),
        Column("noted_at", BigInteger, nullable=False),
        Column("internal", Integer, nullable=False),
        Column("gone", Integer, nullable=False),
        indexes={"party": ("party_id", "noted_at desc", "id")},
    ),
    rows.note_columns,
    parent="party_id",
)
