"""What the rooms hand to the desktop: which kinds show pending changes, how commands preview."""

from console.conversations.viewmodel import previews as conversations
from console.sync.client.rooms import Rooms
from console.tickets.viewmodel import previews as tickets


def rooms() -> Rooms:
    """Lower rooms first: a ticket's preview rests on its conversation's."""
    return Rooms(
        overlaid=(*conversations.OVERLAID, *tickets.OVERLAID),
        previews=(*conversations.PREVIEWS, *tickets.PREVIEWS),
        first=("role", "team", "user", "ticket", "party"),
        pass_time=tickets.pass_time,
    )
