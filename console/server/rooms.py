"""The rooms that the server runs: their command handlers, subscriptions and tables."""

from typing import Any

from sqlalchemy import MetaData

from console.catalog import catalog
from console.conversations import server as conversations
from console.drafts import server as drafts
from console.fields import server as fields
from console.macros import server as macros
from console.masking import server as masking
from console.orders import server as orders
from console.people.model import authorize
from console.people.server import notes, sessions
from console.people.server import schema as people_schema
from console.search import server as search
from console.search.server import schema as search_schema
from console.store.schema import records
from console.sync.server import blob_jobs, blob_schema, compaction
from console.sync.server import schema as spine_schema
from console.sync.server.dispatch import Dispatch
from console.sync.server.erasure import Erased
from console.sync.server.tx import Stored, Subscribers
from console.sync.server.worker import JobKind
from console.tickets import server as tickets
from console.tickets.server import links
from console.views import server as views

SUBSCRIBERS: Subscribers = {
    **tickets.SUBSCRIBERS,
    **search.SUBSCRIBERS,
    Erased: (
        *tickets.SUBSCRIBERS[Erased],
        *drafts.SUBSCRIBERS[Erased],
        *conversations.SUBSCRIBERS[Erased],
        blob_jobs.drop_erased,
    ),
}
JOBS: tuple[JobKind, ...] = (*compaction.JOBS, *blob_jobs.JOBS, *sessions.JOBS, *tickets.JOBS)


def dispatch() -> Dispatch:
    """Every command of every room, each permitted by the one rule in `people`."""
    handlers = (
        *notes.HANDLERS,
        *views.HANDLERS,
        *fields.HANDLERS,
        *masking.HANDLERS,
        *orders.HANDLERS,
        *conversations.HANDLERS,
        *tickets.HANDLERS,
        *macros.HANDLERS,
        *drafts.HANDLERS,
        *search.HANDLERS,
    )
    return Dispatch(handlers, permit)


def permit(actor: Any, action: str, stored: Stored[Any] | None) -> None:
    """Raise Denied unless the actor may do the action to the record."""
    authorize(actor, action, stored.scopes if stored else None)


def metadata() -> tuple[MetaData, MetaData]:
    """All tables of the server: those of records, and those that only the server has."""
    catalog()
    tables = (
        people_schema.session, links.ticket_link, blob_schema.blob, search_schema.search_text,
    )  # fmt: skip
    own = {table.metadata for table in tables}
    assert own == {spine_schema.spine}, "server tables are all declared on the spine's metadata"
    return records, spine_schema.spine
