"""The one list of record kinds: how each is coded and stored, parents before children.

It is also the order in which a console fetches them: what the first screen shows comes first.
"""

from console.conversations.tables.schema import CONVERSATIONS, MESSAGES, SIGHTINGS
from console.drafts.tables.schema import DRAFTS
from console.fields.tables.schema import FIELDS
from console.macros.tables.schema import MACROS
from console.masking.tables.schema import MASKINGS
from console.orders.tables.schema import ORDERS
from console.people.tables.schema import PARTIES, PARTY_NOTES, ROLES, TEAMS, USERS
from console.search.tables.index import SearchIndex
from console.search.tables.schema import SAVED_SEARCHES
from console.sync.registry import Catalog
from console.tickets.tables.schema import TICKETS
from console.views.tables.schema import VIEWS


def catalog() -> Catalog:
    """All record kinds of this version."""
    kinds = (
        ROLES, TEAMS, USERS, VIEWS, FIELDS, MASKINGS, TICKETS, PARTIES, PARTY_NOTES, ORDERS, SIGHTINGS, CONVERSATIONS,
        MESSAGES, MACROS, DRAFTS, SAVED_SEARCHES,
    )  # fmt: skip
    return Catalog(kinds, SearchIndex())
