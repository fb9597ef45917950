"""Every command does what it says, by its key and by the palette, and the map of keys lists it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from msgspec import structs
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel

from console.conversations.model import LaneName
from console.conversations.viewmodel.items import MessageItem
from console.conversations.widgets.formatting import FORMATS, Name
from console.conversations.widgets.viewer import Viewer
from console.desktop.commands import COMMANDS, UiCommand
from console.desktop.help import AboutDialog, KeysDialog
from console.desktop.keymap import KeyMap
from console.desktop.name_dialog import NameDialog
from console.desktop.palette import Palette
from console.desktop.settings import Settings
from console.desktop.workspace import Workspace
from console.kernel.codec import NIL
from console.kernel.tongue import LANGUAGES
from console.tickets.model import Sort, Status, Ticket
from console.tickets.viewmodel.views import view_of
from console.tickets.widgets.filter_dialog import FilterDialog
from console.tickets.widgets.merging import MergeDialog
from console.ui.picker import Picker
from console.ui.rows import row_at
from console.ui.theme import Theme
from console.views.model import Condition, SavedView
from tests.parts.seat import press, type_text
from tests.screens.shop import Made
from tests.screens.stage import Scene
from tests.screens.states import LENA
from tests.screens.thread import MAIL

HOUR = timedelta(hours=1)


@dataclass
class Tried:
    """A workspace in which a command is tried: Lena's ticket is open, `heard` are its signals."""

    workspace: Workspace
    lena: UUID
    heard: list[object] = field(default_factory=list)

    @property
    def ticket(self) -> Ticket:
        """Lena's ticket as it is now."""
        found = self.workspace.triage.ticket(self.lena)
        assert found is not None
        return found


Look = Callable[[Tried], object]
Bring = Callable[[Workspace], object]


@dataclass(frozen=True)
class Does:
    """What is so after a command and was not before; `first` brings about what it needs."""

    then: Look
    first: Bring = lambda _: None


def _lane(name: LaneName) -> Look:
    def look(t: Tried) -> bool:
        page, composer = t.workspace.page, t.workspace.opened.composer
        return page.composer.editor.hasFocus() and composer.state.to.lane == name

    return look


def _pick(title: str) -> Look:
    def look(_: Tried) -> bool:
        popup = QApplication.activePopupWidget()
        return isinstance(popup, Picker) and popup.accessibleName() == title

    return look


def _dialog(kind: type[QDialog]) -> Look:
    return lambda t: any(d.isVisible() for d in t.workspace.findChildren(kind))


async def _snoozed(workspace: Workspace, ticket_id: UUID) -> None:
    await workspace.triage.snooze(ticket_id, workspace._local.clock.now() + HOUR)
    workspace.show_ticket(ticket_id)


def _asks(t: Tried, words: str) -> bool:
    dialogs = [d for d in t.workspace.findChildren(NameDialog) if d.isVisible()]
    return any(words in label.text() for d in dialogs for label in d.findChildren(QLabel))


async def _one_merged(workspace: Workspace, ticket_id: UUID) -> None:
    merges = workspace.merging.merges
    other = next(t for t in workspace.queue.ids() if t != ticket_id)
    plan = merges.plan(ticket_id, [other])
    assert plan is not None
    await merges.carry_out(plan)
    workspace.show_ticket(ticket_id)


def _toast(t: Tried) -> str:
    return t.workspace.toast._text.text()


def _theme(name: str) -> Look:
    return lambda t: (t.workspace._theme.tokens.name, t.workspace._settings.theme) == (name, name)


def _shows(lane: str) -> Look:
    return lambda t: t.workspace.opened.timeline.filter == lane


def _first_message(workspace: Workspace) -> None:
    """Lena's first message is the current one: it has a link, quotes and a source."""
    timeline = workspace.page.timeline
    place = next(
        n for n in range(9) if isinstance(row_at(timeline.model().index(n, 0)), MessageItem)
    )
    timeline.setCurrentIndex(timeline.model().index(place, 0))


def _first(t: Tried) -> MessageItem:
    items = t.workspace.opened.timeline.items.values()
    return next(item for item in items if isinstance(item, MessageItem))


def _with_passphrase(workspace: Workspace) -> None:
    workspace.program.kept = "passphrase"


def keep_views(workspace: Workspace, shown: int = 1) -> None:
    """Two views of one's own; the one at `shown` is shown."""
    views = workspace.views.saved
    slots = workspace._slots
    condition = Condition(field="status", values=("open",))

    async def keep() -> None:
        for name in ("Vips", "Late"):
            await views.create(SavedView(name=name, conditions=(condition,)))
        workspace.show_view(view_of(views.kept_for("personal")[shown]))

    slots.start(keep(), "keep")


def _order(t: Tried) -> list[str]:
    return [view.name for view in t.workspace.views.saved.kept_for("personal")]


def _naming_contacts(workspace: Workspace) -> None:
    """Somebody who leads has written an address to a party, and was told of it."""
    directory, composer = workspace.directory, workspace.opened.composer
    me = directory.me
    assert me is not None
    directory.users[me.id] = structs.replace(me, role="supervisor")
    composer.address("buyer")
    composer.rewrite("Write to nord@nord.example")
    assert composer.watch.question()


def _writing(workspace: Workspace) -> None:
    workspace.page.write("buyer")


def _formatted(name: Name) -> Look:
    return lambda t: t.workspace.page.composer.formatting.has(name)


def _language(name: str) -> Look:
    return lambda t: t.workspace._settings.language == name


DOES: dict[str, Does] = {
    "next": Does(lambda t: t.workspace.list.currentIndex().row() == 1),
    "previous": Does(lambda t: t.workspace.list.currentIndex().row() == 0, lambda w: w.step(1)),
    "open": Does(lambda t: t.workspace.page.timeline.hasFocus()),
    "back": Does(lambda t: t.workspace.list.hasFocus(), lambda w: w.enter()),
    "pane": Does(lambda t: t.workspace.page.timeline.hasFocus()),
    "inbox": Does(lambda t: t.workspace.split.isVisible(), lambda w: w.show_outbox()),
    "outbox": Does(lambda t: t.workspace.outbox.isVisible()),
    "search": Does(lambda t: t.workspace.search_page.line.hasFocus()),
    "search_order": Does(lambda t: t.workspace.search.lines.best),
    "search_save": Does(
        lambda t: t.workspace.search.lines.saved == ["kettle"],
        lambda w: w.search_page.line.setText("kettle"),
    ),
    "reply": Does(_lane("buyer"), lambda w: w.opened.composer.address("internal")),
    "note": Does(_lane("internal")),
    "attach": Does(_dialog(QFileDialog)),
    "macro": Does(_pick("Use a macro")),
    "later": Does(_pick("Send later: choose, or type 16:30, 3 h, 2 d")),
    "macros": Does(lambda t: t.workspace.macros.isVisible()),
    "field_page": Does(lambda t: t.workspace.shown_page == "fields"),
    "masking_page": Does(lambda t: t.workspace.shown_page == "masking"),
    "contacts": Does(lambda t: t.workspace.opened.composer.watch.as_is, _naming_contacts),
    "undo_send": Does(_pick("Send after")),
    "assign": Does(_pick("Assign to")),
    "mine": Does(lambda t: t.ticket.assignee_id == t.workspace._local.me),
    "priority": Does(_pick("Set priority")),
    "status": Does(_pick("Set status")),
    "tags": Does(_pick("Tag")),
    "fields": Does(lambda t: _toast(t) == "This ticket has no fields"),
    "customer_note": Does(lambda t: t.workspace.beside.notes.editor.hasFocus()),
    "snooze": Does(_pick("Snooze until")),
    "wake": Does(
        lambda t: t.ticket.snoozed_until is None and "awake" in _toast(t),
        lambda w: w.current.act(lambda ticket_id: _snoozed(w, ticket_id), "snooze"),
    ),
    "merge": Does(
        lambda t: any(d.isVisible() for d in t.workspace.findChildren(MergeDialog)),
    ),
    "unmerge": Does(
        lambda t: (
            t.workspace.opened.state is not None
            and not t.workspace.opened.state.joined
            and "of its own again" in _toast(t)
        ),
        lambda w: w.current.act(lambda ticket_id: _one_merged(w, ticket_id), "merge"),
    ),
    "split": Does(lambda t: _asks(t, "becomes a ticket of its own")),
    "split_one": Does(lambda t: _asks(t, "becomes a ticket of its own")),
    "select": Does(lambda t: len(t.workspace.many.selection) == 1),
    "select_next": Does(lambda t: len(t.workspace.many.selection) == 2),
    "select_previous": Does(lambda t: len(t.workspace.many.selection) == 2, lambda w: w.step(1)),
    "select_all": Does(lambda t: len(t.workspace.many.selection) == len(t.workspace.queue) > 9),
    "solve": Does(lambda t: t.ticket.status == Status.SOLVED),
    "lane1": Does(_lane("buyer")),
    "lane2": Does(_lane("seller")),
    "lane3": Does(_lane("internal")),
    "spelling": Does(lambda t: "No dictionary" in _toast(t) or "No misspelled" in _toast(t)),
    "spelling_language": Does(_pick("Check what I write on this ticket in")),
    "spelling_words": Does(_pick("Take a word out of my dictionary")),
    "format.rich": Does(lambda t: t.workspace.opened.composer.state.rich, _writing),
    **{f"format.{name}": Does(_formatted(name), _writing) for name in FORMATS if name != "link"},
    "format.link": Does(_dialog(NameDialog), _writing),
    "paste_plain": Does(
        lambda t: t.workspace.opened.composer.state.text == "copied",
        lambda _: QGuiApplication.clipboard().setText("copied"),
    ),
    "undo": Does(lambda t: t.ticket.assignee_id == NIL, lambda w: w.current.take()),
    "lane.all": Does(_shows("all"), lambda w: w.page.show_lane("seller")),
    "lane.buyer": Does(_shows("buyer")),
    "lane.seller": Does(_shows("seller")),
    "lane.internal": Does(_shows("internal")),
    "lane.orders": Does(_shows("orders")),
    "unfold": Does(lambda t: _first(t).unfolded, _first_message),
    "link": Does(lambda t: t.workspace.page.question.isVisible(), _first_message),
    "mention": Does(lambda t: t.workspace.opened.timeline.seeking.marked is not None),
    "plain": Does(lambda t: _first(t).plain, _first_message),
    "context": Does(lambda t: t.workspace.context.cards.first_heading().hasFocus()),
    "source": Does(_dialog(Viewer), _first_message),
    "filter": Does(_dialog(FilterDialog)),
    "view.edit": Does(_dialog(FilterDialog), keep_views),
    "view.rename": Does(_dialog(NameDialog), keep_views),
    "view.up": Does(lambda t: _order(t) == ["Late", "Vips"], keep_views),
    "view.down": Does(lambda t: _order(t) == ["Late", "Vips"], lambda w: keep_views(w, 0)),
    "view.delete": Does(lambda t: _order(t) == ["Vips"], keep_views),
    "sort": Does(_pick("Order")),
    "sort.newest": Does(
        lambda t: t.workspace.queue.sort == Sort.NEWEST, lambda w: w.sort_by(Sort.OLDEST)
    ),
    "sort.waiting": Does(lambda t: t.workspace.queue.sort == Sort.WAITING),
    "sort.priority": Does(lambda t: t.workspace.queue.sort == Sort.PRIORITY),
    "sort.oldest": Does(lambda t: t.workspace.queue.sort == Sort.OLDEST),
    "table": Does(lambda t: t.workspace.looks.tabled.on and t.workspace.page.isHidden()),
    "columns": Does(_pick("Columns")),
    "palette": Does(lambda _: isinstance(QApplication.activePopupWidget(), Palette)),
    "keys": Does(_dialog(KeysDialog)),
    "sidebar": Does(lambda t: t.workspace.views_list.isHidden()),
    "theme.light": Does(_theme("light"), lambda w: w.program.use_theme("dark")),
    "theme.dark": Does(_theme("dark")),
    "theme.contrast": Does(_theme("contrast")),
    "theme.system": Does(
        lambda t: t.workspace._settings.theme == "system", lambda w: w.program.use_theme("dark")
    ),
    "language.system": Does(_language("system"), lambda w: w.program.use_language("de")),
    **{f"language.{name}": Does(_language(name)) for name in LANGUAGES},
    "offline": Does(lambda t: t.heard == ["offline", True]),
    "retry": Does(lambda t: t.heard == ["hurry"]),
    "about": Does(_dialog(AboutDialog)),
    "sign_out": Does(lambda t: t.heard == ["sign out"]),
    "quit": Does(lambda t: t.heard == ["quit"]),
    "new_window": Does(lambda t: t.heard == ["window"]),
    "pop_out": Does(lambda t: t.heard == [t.lena]),
    "settings": Does(lambda t: t.workspace.settings_page.isVisible()),
    "density": Does(lambda t: t.workspace._theme.density == "compact"),
    "keys_sheet": Does(_dialog(QFileDialog)),
    "quiet_hour": Does(lambda t: t.workspace.program.quiet_until is not None),
    "quiet_over": Does(
        lambda t: t.workspace.program.quiet_until is None, lambda w: w.program.be_quiet()
    ),
    "restart": Does(lambda t: t.heard == ["restart"]),
    "lock": Does(lambda t: t.heard == ["lock"], _with_passphrase),
    "sign_out_everywhere": Does(lambda t: t.heard == ["everywhere"]),
}


def _opened(command: UiCommand) -> str:
    """The ticket on which a command is tried: for those about a message, one that is formatted."""
    return MAIL if command.id in ("unfold", "link", "plain", "source") else LENA


def _by_key(command: UiCommand) -> None:
    press(command.key)


def _by_palette(command: UiCommand) -> None:
    press("Ctrl+K")
    type_text(command.title.rstrip("…"))
    press("Return")


WAYS = [
    *((command, _by_key) for command in COMMANDS if command.key),
    *((command, _by_palette) for command in COMMANDS if command.id != "palette"),
]


@pytest.mark.parametrize(
    ("command", "call"), WAYS, ids=[f"{c.id}-{way.__name__[4:]}" for c, way in WAYS]
)
def test_a_command_does_what_it_says(
    command: UiCommand, call: Callable[[UiCommand], None], made: Made, theme: Theme
) -> None:
    does = DOES[command.id]

    async def work() -> None:
        async with Scene(made, theme) as scene:
            tried = Tried(await scene.work(_opened(command)), made.tickets[_opened(command)])
            _hear(tried)
            does.first(tried.workspace)
            await scene.settle()
            assert not does.then(tried), "it is so already"
            call(command)
            await scene.settle()
            assert does.then(tried)

    asyncio.run(work())


def _hear(tried: Tried) -> None:
    workspace, heard = tried.workspace, tried.heard
    workspace.offline_wanted.connect(lambda stay: heard.extend(("offline", stay)))
    workspace.hurry_wanted.connect(lambda: heard.append("hurry"))
    workspace.sign_out_wanted.connect(lambda: heard.append("sign out"))
    workspace.sign_out_everywhere_wanted.connect(lambda: heard.append("everywhere"))
    workspace.window_wanted.connect(lambda: heard.append("window"))
    workspace.pop_out_wanted.connect(heard.append)
    workspace.lock_wanted.connect(lambda: heard.append("lock"))
    workspace.restart_wanted.connect(lambda: heard.append("restart"))
    workspace.quit_wanted.connect(lambda: heard.append("quit"))


def test_every_command_is_tried_and_no_two_share_a_name_or_a_key() -> None:
    assert set(DOES) == {command.id for command in COMMANDS}
    keys = [command.key for command in COMMANDS if command.key]
    assert len(keys) == len(set(keys))
    assert len({command.title for command in COMMANDS}) == len(COMMANDS)


def test_letters_typed_into_a_message_are_letters(made: Made, theme: Theme) -> None:
    async def work() -> None:
        async with Scene(made, theme) as scene:
            workspace = await scene.work(LENA)
            press("R")
            type_text("jkrnampstexg? go")
            await scene.settle()
            assert workspace.page.composer.editor.toPlainText() == "jkrnampstexg? go"
            assert workspace.opened.ticket_id == made.tickets[LENA]
            assert scene.over() == []

    asyncio.run(work())


def test_the_map_of_keys_lists_every_key(theme: Theme, tmp_path: Path) -> None:
    dialog = KeysDialog(None, KeyMap(Settings(tmp_path)))
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    for command in COMMANDS:
        if command.key:
            shown = QKeySequence(command.key).toString(QKeySequence.SequenceFormat.NativeText)
            at = texts.index(command.title)
            assert texts[at + 1] == shown.replace(", ", " then "), command.title
    dialog.deleteLater()
