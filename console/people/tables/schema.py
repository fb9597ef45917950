"""Tables of people, the same on server and desktop."""

from sqlalchemy import Column, Integer, Text

from console.people.records import PARTY, ROLE, TEAM, USER
from console.people.tables import rows
from console.store.schema import record_table
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
