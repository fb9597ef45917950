"""What the rooms hand to the desktop: which kinds show pending changes, how commands preview."""

from console.conversations.viewmodel import previews as conversations
from console.drafts import viewmodel as drafts
from console.fields.viewmodel import previews as fields
from console.macros.viewmodel import previews as macros
from console.masking.viewmodel import previews as masking
from console.people import viewmodel as people
from console.search.viewmodel import previews as search
from console.sync.client.rooms import Rooms
from console.tickets.viewmodel import previews as tickets
from console.views.viewmodel import previews as views

SHAPE = 1_382_022_443
"""`replica.shape_of` the catalogue, which a start has no time to ask for; a test says when it is another."""


def rooms() -> Rooms:
    """Lower rooms first: a ticket's preview rests on its conversation's."""
    return Rooms(
        overlaid=(
            *people.OVERLAID, *views.OVERLAID, *fields.OVERLAID, *masking.OVERLAID, *conversations.OVERLAID,
            *tickets.OVERLAID, *macros.OVERLAID, *drafts.OVERLAID, *search.OVERLAID,
        ),
        previews=(
            *people.PREVIEWS, *views.PREVIEWS, *fields.PREVIEWS, *masking.PREVIEWS,
            *conversations.PREVIEWS,
            *tickets.PREVIEWS, *macros.PREVIEWS, *search.PREVIEWS,
        ),
        shape=SHAPE,
        first=("role", "team", "user", "view", "field", "ticket", "party"),
        pass_time=tickets.pass_time,
    )  # fmt: skip
