"""What the composer completes: macros, pictograms, colleagues, tickets and orders."""

from collections.abc import Callable, Sequence
from uuid import UUID

from console.conversations.model import Mention
from console.conversations.viewmodel import emoji
from console.conversations.widgets.completing import MOST_SHOWN, Source
from console.kernel.tongue import tr
from console.macros.model import Macro
from console.macros.viewmodel.shelf import Shelf
from console.orders.tables import rows as order_rows
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.tickets.tables import rows as ticket_rows
from console.tickets.viewmodel.opened import Opened
from console.ui.picker import Choice

EMOJI_LETTERS, NUMBER_LETTERS, NUMBER_MOST = 2, 1, 12
MACRO_ICON = "lightning"


def sources(
    local: Local,
    directory: Directory,
    opened: Opened,
    shelf: Shelf,
    use: Callable[[UUID], None],
    name: Callable[[Mention], None],
) -> dict[str, Source]:
    """What each sign completes to; `use` puts a macro in, `name` a colleague's name."""

    def macros(typed: str) -> Sequence[Choice]:
        return [macro_choice(macro) for macro in shelf.find(typed, MOST_SHOWN)]

    def pictograms(typed: str) -> Sequence[Choice]:
        return [
            Choice(sign, f"{sign}  {name.replace('_', ' ')}")
            for sign, name in emoji.find(typed, MOST_SHOWN)
        ]

    def colleagues(typed: str) -> Sequence[Choice]:
        if opened.composer.state.to.lane != "internal":
            return ()  # customers read the rest
        text = typed.lower()
        return [
            Choice(Mention(user.id, user.name), user.name, "user", user.email)
            for user in directory.colleagues
            if user.id != local.me and any(w.startswith(text) for w in user.name.lower().split())
        ]

    def numbers(typed: str) -> Sequence[Choice]:
        return [*_orders(local, opened, typed), *_tickets(local, opened, typed)]

    return {
        "/": Source(macros, use),
        ":": Source(pictograms, str, EMOJI_LETTERS),
        "@": Source(colleagues, name),
        "#": Source(numbers, str),
    }


def macro_choice(macro: Macro) -> Choice:
    """A macro as a line to pick."""
    content = macro.content
    aside = f"/{content.shortcut}" if content.shortcut else tr("macro")
    return Choice(macro.id, content.name, MACRO_ICON, aside)


def _orders(local: Local, opened: Opened, typed: str) -> list[Choice]:
    """Those of the open ticket, then others whose number begins so."""
    reader, state = local.reader, opened.state
    if reader is None or state is None:
        return []
    mine = [card.order.number for card in state.orders]
    found = [number for number in mine if number.startswith(typed)]
    if len(typed) > NUMBER_LETTERS:
        others = order_rows.by_number(reader, typed, MOST_SHOWN)
        found += [order.number for order in others if order.number not in mine]
    return [Choice(f"{number} ", number, "package", tr("order")) for number in found]


def _tickets(local: Local, opened: Opened, typed: str) -> list[Choice]:
    reader, state = local.reader, opened.state
    if reader is None or state is None:
        return []
    near = [t for t in (state.ticket, *state.others) if str(t.number).startswith(typed)]
    if typed.isascii() and typed.isdecimal() and len(typed) <= NUMBER_MOST:
        exact = ticket_rows.by_number(reader, int(typed))
        if exact is not None and all(exact.id != ticket.id for ticket in near):
            near.append(exact)
    return [Choice(f"#{t.number} ", t.subject, "ticket", f"#{t.number}") for t in near]
