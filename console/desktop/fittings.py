"""What a workspace is fitted with besides its list, and what it asks of whoever shows it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:  # what stands behind the list is loaded once that is painted
    from console.desktop.announcer import Announcer
    from console.desktop.beside import Beside
    from console.desktop.current import Current
    from console.desktop.fielding import Fielding
    from console.desktop.finding import Finding
    from console.desktop.formats import FormatsDesk
    from console.desktop.keyed import Keyed
    from console.desktop.keymap import KeyMap
    from console.desktop.layout import Layout
    from console.desktop.many import Many
    from console.desktop.merging import Merging
    from console.desktop.outbox_page import OutboxPage
    from console.desktop.picks import Picks
    from console.desktop.program import Program
    from console.desktop.snoozing import Snoozing
    from console.desktop.spelling import SpellingDesk
    from console.desktop.whereabouts import Whereabouts
    from console.desktop.writing import Writing
    from console.drafts.viewmodel import Drafts
    from console.tickets.viewmodel.attention import Attention
    from console.tickets.viewmodel.opened import Opened
    from console.tickets.viewmodel.triage import Triage
    from console.tickets.widgets.context import Context
    from console.tickets.widgets.page import TicketPage
    from console.ui.toast import Toast


class Fittings(QWidget):
    """Everything that stands behind the list by its name: `behind` makes it after the first paint."""

    opened: "Opened"
    triage: "Triage"
    attention: "Attention"
    page: "TicketPage"
    beside: "Beside"
    context: "Context"
    keymap: "KeyMap"
    outbox: "OutboxPage"
    finding: "Finding"
    announcer: "Announcer"
    toast: "Toast"
    picks: "Picks"
    program: "Program"
    writing: "Writing"
    spelling: "SpellingDesk"
    formats: "FormatsDesk"
    snoozing: "Snoozing"
    fielding: "Fielding"
    many: "Many"
    merging: "Merging"
    drafts: "Drafts"
    current: "Current"
    keyed: "Keyed"
    whereabouts: "Whereabouts"
    arrangement: "Layout"
    sign_out_wanted = Signal()
    offline_wanted = Signal(bool)
    hurry_wanted = Signal()
    sign_in_wanted = Signal()
    sign_out_everywhere_wanted = Signal()
    lock_wanted = Signal()
    restart_wanted = Signal()
    quit_wanted = Signal()
    window_wanted = Signal()
    pop_out_wanted = Signal(object)
    elsewhere_wanted = Signal(object)
    """A ticket or view that is to be shown where there is a list."""
