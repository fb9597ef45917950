"""The scripted shift: an agent's day played through the real window, step by step, looked at.

Each step does something by key or mouse, holds what it did against what the console then knows,
and takes a picture. Nothing here reaches past the window to act.
"""

import faulthandler
import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QPushButton

from console.demo import feats
from console.demo.agent import FIRST, Agent
from console.demo.hands import Missed, ensure
from console.desktop.app import DesktopOptions, run
from console.desktop.desk import Desk
from console.desktop.keystore import KeyStore
from console.desktop.settings import Settings
from console.desktop.signin import PassphrasePage, SignInPage
from console.kernel.tongue import ENGLISH
from console.tickets.model import Priority, Status

SUMMARY = "summary.txt"
STANDSTILL_S = 90.0


@dataclass(frozen=True)
class Seen:
    """A step that is over: what was seen, or what went wrong, and how long it took."""

    step: str
    text: str
    took_s: float
    held: bool = True


def play(options: DesktopOptions, folder: Path) -> int:
    """Play the shift as `options.sign_in`; 0 when every step held, else 1.

    The profile is made anew. Pictures and a summary are left in `folder`.
    """
    KeyStore(options.profile).forget()
    shutil.rmtree(options.profile, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    Settings(options.profile).language = ENGLISH  # it is read off the screen what to do
    sys.stdout.write(f"Playing a shift off screen. Pictures: {folder}\n")
    sys.stdout.flush()
    assert options.sign_in is not None, "somebody plays it"
    seen: list[Seen] = []
    sign_in = options.sign_in

    async def work(desk: Desk) -> None:
        await _work(Agent(desk, sign_in, folder), seen)

    # Every wait has its limit; should the console itself stand still, it says where and ends.
    faulthandler.dump_traceback_later(STANDSTILL_S, exit=True)
    try:
        code = run(DesktopOptions(options.server, options.profile), work)
    finally:
        faulthandler.cancel_dump_traceback_later()
    text = told(seen, folder)
    (folder / SUMMARY).write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    whole = len(seen) == len(STEPS) and all(one.held for one in seen)
    return code or (0 if whole else 1)


async def _work(agent: Agent, seen: list[Seen]) -> None:
    """Every step in turn until one fails; closes the window at the end."""
    agent.desk.window.activateWindow()
    for step in STEPS:
        began = time.monotonic()
        try:
            text, held = await step(agent), True
        except Missed as missed:
            text, held = str(missed), False
        except Exception as error:  # noqa: BLE001 - the edge: told in the summary
            text, held = f"{type(error).__name__}: {error}", False
        seen.append(Seen(_name(step), text, time.monotonic() - began, held))
        if not held:
            agent.hands.look("failed")
            break
    agent.desk.window.closed()


def told(seen: Sequence[Seen], folder: Path) -> str:
    """The summary: a line for each step, then whether the shift held."""
    lines = [
        f"{n:2}  {one.step:<14} {one.took_s:5.1f} s  {'' if one.held else 'FAILED: '}{one.text}"
        for n, one in enumerate(seen, start=1)
    ]
    failed = next((one for one in seen if not one.held), None)
    if failed is not None:
        end = f"The shift failed at the step “{failed.step}”."
    elif len(seen) < len(STEPS):
        end = f"The shift was ended before the step “{_name(STEPS[len(seen)])}”."
    else:
        end = f"All {len(seen)} steps held in {sum(one.took_s for one in seen):.1f} s."
    return "\n".join([*lines, end, f"Pictures: {folder}", ""])


# -- the steps, in their order


async def sign_in(agent: Agent) -> str:
    """Type address and password."""
    hands, window = agent.hands, agent.desk.window
    await hands.until(lambda: isinstance(window.page, SignInPage), "The sign-in page")
    fields = {field.accessibleName(): field for field in window.page.findChildren(QLineEdit)}
    for name, text in (("E-mail address", agent.email), ("Password", agent.password)):
        await hands.click(fields[name])
        await hands.type(text)
        ensure(fields[name].text() == text, f"The field “{name}” has not what was typed.")
    hands.look("sign-in")
    return f"The sign-in page has {agent.email} and a password."


async def arrive(agent: Agent) -> str:
    """Press the button; without a keyring, keep nothing beyond this session."""
    hands, window = agent.hands, agent.desk.window
    await hands.click(_button(agent, "Sign in"))
    await hands.until(
        lambda: agent.desk.workspace or isinstance(window.page, PassphrasePage), "The workspace"
    )
    if isinstance(window.page, PassphrasePage):
        hands.look("no-keyring")
        await hands.click(_button(agent, "Keep it for this session only"))
    await hands.until(lambda: agent.desk.workspace, "The workspace")
    await hands.until(agent.settled, "The live link")
    await hands.until(lambda: len(agent.workspace.queue), "The queue")
    await agent.command("Undo send")  # what is sent goes at once: nobody waits to take it back
    await hands.type("at once")
    await hands.press("Return")
    ensure(agent.workspace.opened.composer.undo_s == 0, "Messages still wait to be taken back.")
    hands.look("queue")
    views = {row.title: row.count for row in agent.workspace.views.rows if row.view}
    return f"{views['Unassigned']} unassigned, {views['Mine']} mine, {views['All active']} active; {agent.pill}."


async def triage(agent: Agent) -> str:
    """Down, down and up again with J and K, then to the ticket to work on."""
    hands, space = agent.hands, agent.workspace
    theirs = agent.choose_view()
    space.list.setFocus()
    places = []
    for key in ("J", "J", "K"):
        await hands.press(key)
        places.append(space.list.currentIndex().row())
    last = len(space.queue) - 1
    ensure(places == [min(1, last), min(2, last), min(1, last)], f"J, J, K led to {places}.")
    agent.ticket_id = max(theirs, key=lambda t: (FIRST in t.order_ids, bool(t.order_ids))).id
    for _ in range(2 * len(space.queue)):
        there = space.queue.position(agent.ticket_id)
        here = space.list.currentIndex().row()
        if there is None or here == there:
            break
        await hands.press("J" if here < there else "K")
    await hands.until(lambda: space.opened.ticket_id == agent.ticket_id, "The ticket")
    hands.look("triage")
    return f"J, J, K moved; then #{agent.ticket.number} “{agent.ticket.subject}”."


async def read(agent: Agent) -> str:
    """Enter it: what was new is read."""
    space = agent.workspace
    await agent.hands.press("Return")
    ensure(space.page.timeline.hasFocus(), "Enter did not lead into the conversation.")
    await agent.hands.until(lambda: not agent.ticket.unread, "The mark that it was read")
    agent.hands.look("conversation")
    counts = space.opened.timeline.counts()
    words = ", ".join(f"{count} {lane}" for lane, count in counts.items())
    return f"The conversation is open and read: {words}."


async def reply(agent: Agent) -> str:
    """Answer the buyer."""
    await agent.send("Alt+1", "buyer", agent.words.reply, "sent")
    await agent.hands.until(agent.settled, "The server's answer")
    ensure(agent.ticket.waiting_since is None, "The buyer still waits after the reply.")
    agent.hands.look("reply")
    return "The reply stands in the timeline as sent, nobody waits for us any more."


async def note(agent: Agent) -> str:
    """Leave a note for colleagues."""
    await agent.send("N", "internal", agent.words.note, "sent")
    agent.hands.look("note")
    return "The internal note stands in the timeline."


async def priority(agent: Agent) -> str:
    """Set another priority."""
    wanted = Priority.HIGH if agent.ticket.priority == Priority.URGENT else Priority.URGENT
    await agent.pick("P", wanted, "priority")
    await agent.hands.until(lambda: agent.ticket.priority == wanted, "The new priority")
    return f"The priority is {agent.ticket.priority}."


async def assign(agent: Agent) -> str:
    """Give the ticket to oneself."""
    me = agent.workspace.directory.me
    assert me is not None, "whoever is signed in is known"
    await agent.pick("A", me.name, "assign")
    await agent.hands.until(lambda: agent.ticket.assignee_id == me.id, "The assignee")
    await agent.hands.until(agent.settled, "The server's answer")
    agent.hands.look("assigned")
    return f"The ticket is {me.name}'s."


async def find(agent: Agent) -> str:
    """Find the ticket again through the palette."""
    hands, space = agent.hands, agent.workspace
    await hands.press("Ctrl+K")
    await hands.type(f"#{agent.ticket.number}")
    hands.look("palette")
    await hands.press("Return")
    await hands.until(lambda: space.opened.ticket_id == agent.ticket_id, "The ticket")
    return f"The palette found #{agent.ticket.number} and opened it."


async def status(agent: Agent) -> str:
    """Wait for somebody else: the status says so."""
    await agent.pick("S", "Pending", "status")
    await agent.hands.until(lambda: agent.ticket.status == Status.PENDING, "The new status")
    await agent.hands.until(agent.settled, "The server's answer")
    return "The ticket is pending."


async def dark(agent: Agent) -> str:
    """Evening: the dark theme."""
    await agent.command("Dark theme")
    ensure(agent.desk.theme.tokens.name == "dark", "The theme is not dark.")
    agent.hands.look("dark")
    return "The dark theme is on."


async def offline(agent: Agent) -> str:
    """The network goes."""
    await agent.command("Work offline")
    await agent.hands.until(lambda: agent.mode() == "offline", "Offline")
    ensure(agent.pill.startswith("Offline since"), f"The pill says “{agent.pill}”.")
    agent.hands.look("offline")
    return f"The pill says “{agent.pill}”."


async def reply_offline(agent: Agent) -> str:
    """Answer all the same: it waits."""
    await agent.send("Alt+1", "buyer", agent.words.later, "waiting")
    ensure("1 waiting" in agent.pill, f"The pill says “{agent.pill}”.")
    agent.hands.look("waiting")
    await agent.hands.press("Esc", "G, O")
    ensure(agent.workspace.outbox.list.hasFocus(), "G, O did not lead to the outbox.")
    agent.hands.look("outbox")
    await agent.hands.press("G, I")
    return f"The reply waits in the timeline and in the outbox: “{agent.pill}”."


async def back_online(agent: Agent) -> str:
    """The network comes back, and what waited goes out."""
    await agent.command("back online")
    await agent.hands.until(agent.settled, "The end of the outbox")
    item = agent.written(agent.words.later)
    ensure(item is not None and item.delivery == "sent", "The reply was not sent.")
    agent.hands.look("sent")
    return f"The reply was sent: “{agent.pill}”."


async def light(agent: Agent) -> str:
    """Morning again: the light theme."""
    await agent.command("Light theme")
    ensure(agent.desk.theme.tokens.name == "light", "The theme is not light.")
    agent.hands.look("light")
    return "The light theme is on."


async def sign_out(agent: Agent) -> str:
    """The end of the shift leaves nothing here."""
    page = agent.desk.window
    await agent.command("Sign out")
    await agent.hands.until(lambda: isinstance(page.page, SignInPage), "The sign-in page")
    agent.hands.look("signed-out")
    return "The sign-in page is back."


STEPS: Sequence[Callable[[Agent], Awaitable[str]]] = (
    sign_in, arrive, triage, read, reply, note, feats.macro, priority, assign, find, feats.search,
    status, feats.several, feats.snooze, feats.table, dark, offline, reply_offline, back_online,
    light, sign_out,
)  # fmt: skip


def _name(step: object) -> str:
    return getattr(step, "__name__", "").replace("_", " ")


def _button(agent: Agent, text: str) -> QPushButton:
    found = [b for b in agent.desk.window.page.findChildren(QPushButton) if b.text() == text]
    ensure(found, f"There is no button “{text}”.")
    return found[0]
