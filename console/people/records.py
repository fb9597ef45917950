"""People on the wire: users, teams, roles, parties. They change through administration only."""

from console.people.model import Party, Role, Team, User
from console.sync.records import Kind

ROLE = Kind("role", Role)
TEAM = Kind("team", Team)
USER = Kind("user", User)
PARTY = Kind("party", Party)
