"""What of a workspace stands behind its list: conversation, context, outbox, and all that is done there.

No first paint waits for it. Each step loads the code of what it makes, so that none takes long.
"""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from console.desktop.later import make_macros, make_search, make_settings
from console.desktop.pages import FIELDS, MACROS, OUTBOX, SEARCH, SETTINGS
from console.desktop.settings import Settings
from console.kernel.clock import Clock
from console.sync.client.local import Local
from console.ui.slots import Slots
from console.ui.theme import Theme

if TYPE_CHECKING:
    from console.desktop.workspace import Workspace

_SLOW_TO_LOAD = (
    "console.tickets.viewmodel.attention",
    "console.tickets.viewmodel.opened",
    "console.conversations.widgets.timeline",
    "console.conversations.widgets.composer",
    "console.desktop.beside",
    "console.desktop.writing",
    "console.desktop.many",
    "console.search.viewmodel.search",
)
"""Modules that take a frame or two each, with what they load: no step has two of them."""


def raise_behind(
    space: "Workspace", local: Local, settings: Settings, theme: Theme, clock: Clock, slots: Slots
) -> Iterator[None]:
    """Make it in steps, and put it to its places."""
    for name in _SLOW_TO_LOAD:
        import_module(name)
        yield
    yield from _raise_ticket(space, local, theme, clock)
    from console.desktop.beside import Beside
    from console.tickets.widgets.context import Context

    yield
    space.beside = Beside(space, local, slots, theme)
    space.context = Context(theme, clock, settings.text("context"), space.beside.extras)
    space.split.fill(space.page, space.context)
    yield
    yield from _raise_outbox(space, local, theme, clock)
    yield from _raise_deeds(space, local, settings, theme)
    space.pages.add(OUTBOX, space.outbox)
    space.pages.add_later(MACROS, partial(make_macros, space, local, theme))
    space.pages.add_later(SEARCH, partial(make_search, space, theme, clock))
    space.pages.add_later(FIELDS, space.fielding.page)
    space.pages.add_later(SETTINGS, partial(make_settings, space, theme))
    space.panes.chain()
    yield
    _raise_keeping(space, local, settings)
    yield


def _raise_ticket(space: "Workspace", local: Local, theme: Theme, clock: Clock) -> Iterator[None]:
    """The open ticket: what is known of it, and its page."""
    from console.tickets.viewmodel.attention import Attention
    from console.tickets.viewmodel.opened import Opened
    from console.tickets.viewmodel.triage import Triage

    yield
    space.opened = Opened(local, space.directory)
    space.triage = Triage(local, space.directory)
    space.attention = Attention(local, space.directory, space.opened.composer)
    from console.tickets.widgets.page import TicketPage

    yield
    space.page = TicketPage(space.opened, space.triage, space.attention, space.slots, theme, clock)
    yield


def _raise_outbox(space: "Workspace", local: Local, theme: Theme, clock: Clock) -> Iterator[None]:
    """What is not settled, and what is said of all that happens."""
    from console.desktop.announcer import Announcer
    from console.desktop.finding import Finding
    from console.desktop.keymap import KeyMap
    from console.desktop.outbox_page import OutboxPage
    from console.ui.announce import announce
    from console.ui.toast import Toast

    yield
    space.keymap = KeyMap(space.settings)
    space.outbox = OutboxPage(local, space.attention, space.slots, theme, clock)
    space.finding = Finding(space)
    space.announcer = Announcer(local, space.directory, space.opened, partial(announce, space))
    space.toast = Toast(space)
    yield


def _raise_deeds(
    space: "Workspace", local: Local, settings: Settings, theme: Theme
) -> Iterator[None]:
    """Everything that commands are done by."""
    from console.desktop.picks import Picks
    from console.desktop.program import Program
    from console.desktop.writing import Writing

    yield
    space.picks = Picks(space, theme, local.me)
    space.program = Program(space, local, settings, theme)
    space.writing = Writing(space, local, settings, theme, space.slots)
    from console.desktop.fielding import Fielding
    from console.desktop.formats import FormatsDesk
    from console.desktop.snoozing import Snoozing
    from console.desktop.spelling import SpellingDesk

    yield
    space.spelling, space.formats = SpellingDesk(space, local, theme), FormatsDesk(space)
    space.snoozing = Snoozing(space, local, theme)
    space.fielding = Fielding(space, local, space.beside.fields, theme)
    from console.desktop.current import Current
    from console.desktop.many import Many
    from console.desktop.merging import Merging
    from console.drafts.viewmodel import Drafts
    from console.drafts.widgets import OtherVersions

    yield
    space.many = Many(space, local, space.slots, theme)
    space.merging = Merging(space, local, theme)
    space.drafts = Drafts(local, space.opened.composer)
    space.page.add_above(OtherVersions(space.drafts, space.slots))
    space.current = Current(space.opened, space.triage, space.page, settings, space.slots)
    yield


def _raise_keeping(space: "Workspace", local: Local, settings: Settings) -> None:
    """Keys, and what is kept of how everything stands."""
    from console.desktop.keyed import Keyed
    from console.desktop.layout import Layout
    from console.desktop.whereabouts import Whereabouts

    space.keyed = Keyed(space)
    space.whereabouts = Whereabouts(space, local, settings)
    space.arrangement = Layout(space)
