"""An agent's shift by keyboard alone, and what the server is to hold at the end of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from console.tickets.model import Priority, Status
from tests.desktop.conftest import SUBJECTS
from tests.parts.keyboard import Keyboard, current, here, sees, shown
from tests.parts.seat import PASSPHRASE
from tests.parts.server import PASSWORD

TRIAGED = 30
BULK = 7
"""So many at once: more than a handful, which is asked about before."""
MERGED, INTO = 2, 16
"""One of the tickets goes on in another, of somebody else."""
STEP_S = 300.0
"""So much later is each thing that is done without a network: a dozen of them take an hour."""
OFFLINE = (8, 14, 20, 26)
"""The tickets that are worked on meanwhile."""
TAKEN, ANSWERED, FOUND = SUBJECTS
"""What a colleague takes, and answers, while the agent does the same without a network; what is
looked for."""


def subject(n: int) -> str:
    """What the n-th ticket to be triaged is about."""
    return f"Teapot{n:02} came without a lid"


@dataclass
class Stand:
    """How a ticket is: who has it, what it is marked with, and what staff said in it, in order."""

    status: Status = Status.NEW
    assignee: str = ""
    priority: Priority = Priority.NORMAL
    tags: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    snoozed: bool = False


class Shift:
    """Ana at the keyboard. `stands` is how the tickets are to be after all she does, by subject."""

    def __init__(self, keys: Keyboard) -> None:
        self._keys = keys
        names = (*SUBJECTS, *map(subject, range(TRIAGED)))
        self.stands = {name: Stand() for name in names}

    @property
    def pill(self) -> str:
        """What the pill says."""
        return shown("Status: Live") or shown("Status: Offline") or shown("Status: ")

    async def until_pill(self, *words: str) -> None:
        """Wait until the pill says all of these."""
        await self._keys.until(lambda: all(w in self.pill for w in words), f"{words} in the pill")

    async def settled(self) -> None:
        """Wait until everything has arrived."""
        await self._keys.until(
            lambda: "Live" in self.pill and "waiting" not in self.pill, "an empty outbox"
        )

    # -- in general

    async def sign_in(self, server: str, email: str) -> None:
        """Address and password; then a passphrase for what is kept here. The oldest stand first."""
        keys = self._keys
        await keys.see("Sign in to your support desk.")
        for name, text in (
            ("Server address", server), ("E-mail address", email), ("Password", PASSWORD),
        ):  # fmt: skip
            await keys.tab_to(name)
            await keys.press("Ctrl+A")
            await keys.type(text)
        await keys.press("Return")
        await keys.until(lambda: here() == "Passphrase", "the question for a passphrase")
        await keys.type(PASSPHRASE)
        await keys.press("Return")
        await self.until_pill("Live")
        await keys.command("All active")
        await keys.command("oldest first")
        await keys.see(f"{len(self.stands)}")

    async def sign_out(self) -> None:
        """The end of the shift leaves nothing here."""
        await self.settled()
        await self._keys.command("Sign out")
        await self._keys.see("Sign in to your support desk.")

    async def go_to(self, name: str) -> Stand:
        """Through the list to the ticket of that subject; how it is to stand."""
        keys = self._keys
        for key in ("J", "K"):
            before = None
            while name not in current() and current() != before:
                before = current()
                await keys.press(key)
        assert name in current(), f"{name} is not in the list"
        await keys.see(name)
        return self.stands[name]

    async def say(self, name: str, text: str, key: str = "R", send: str = "Ctrl+Return") -> None:
        """Answer the buyer, or write a note; then back to the list."""
        await self._keys.press(key)
        await self._keys.type(text)
        await self.send(name, text, send)

    async def send(self, name: str, text: str, send: str = "Ctrl+Return") -> None:
        """Send what stands in the composer; then back to the list."""
        keys = self._keys
        assert shown(text) == text, "it is as it was typed"
        assert here() == "Message"
        await keys.press(send)
        await keys.until(lambda: not sees("Draft kept"), "it to be queued")
        await keys.press("Esc")
        self.stands[name].said.append(text)

    async def rank(self, name: str, priority: Priority) -> None:
        """Give the open ticket a priority."""
        await self._keys.pick("P", priority)
        await self._keys.see(f"Priority: {priority.capitalize()}")
        self.stands[name].priority = priority

    async def take(self, name: str) -> None:
        """Take the open ticket."""
        await self._keys.press("M")
        await self._keys.see("Assignee: Ana Kovac")
        self._assigned(self.stands[name], "Ana Kovac")

    def _assigned(self, stand: Stand, who: str) -> None:
        stand.assignee = who
        if stand.status == Status.NEW:
            stand.status = Status.OPEN

    async def gone(self, name: str) -> None:
        """Wait until the ticket has left the view."""
        await self._keys.until(lambda: name not in current(), f"{name} to leave the view")

    # -- with a network

    async def triage(self, n: int) -> None:
        """One of thirty: assigned, ranked, tagged, answered, noted or solved, as it comes."""
        keys, name = self._keys, subject(n)
        stand = await self.go_to(name)
        match n % 6:
            case 0:
                await keys.pick("A", "Ben")
                await keys.see("Assignee: Ben Ode")
                self._assigned(stand, "Ben Ode")
            case 1:
                await self.take(name)
                await self.say(name, f"Lid {n} is on its way.", send="Ctrl+Shift+Return")
                await self.gone(name)
                stand.status = Status.SOLVED
            case 2:
                await self.rank(name, Priority.URGENT)
                await keys.pick("T", "vip")
                await keys.see("Tags: vip")
                stand.tags.add("vip")
            case 3:
                await self.say(name, f"Ask the pottery about {n}.", "N")
            case 4:
                await self.say(name, f"Which colour is lid {n}?")
                stand.status = Status.OPEN
            case 5:
                await keys.press("E")
                await self.gone(name)
                stand.status = Status.SOLVED

    async def macros(self) -> None:
        """One from the list of macros, one by its shortcut in the text."""
        for n in (3, 9):
            stand = await self.go_to(subject(n))
            await self._keys.press("R")
            if n == 3:
                await self._keys.pick("Ctrl+.", "parcel")
            else:
                await self._keys.type("/late")
                await self._keys.press("Return")
            await self.send(subject(n), f"Dear Teapot{n:02}, your parcel is late.")
            await self._keys.see("Tags: late")
            stand.tags.add("late")
            stand.status = Status.OPEN

    async def many(self) -> None:
        """Several at once, looked at before and taken back as one; then once more for good."""
        keys = self._keys
        left = [name for name, stand in self.stands.items() if stand.status != Status.SOLVED]
        for good in (False, True):
            await self.go_to(left[0])
            await keys.press("X", *["Shift+J"] * (BULK - 1))
            await keys.see(f"{BULK} selected")
            await keys.pick("T", "lid")
            await keys.see(f"{BULK} tickets")
            await keys.press("Return")
            await keys.until(lambda: "lid" in shown("Tags: "), "the tag")
            if not good:
                await keys.press("Ctrl+Z")
                await keys.until(lambda: "lid" not in shown("Tags: "), "it to be taken back")
            await keys.press("Esc")
            await keys.until(lambda: not sees(f"{BULK} selected"), "none to be selected")
        for name in left[:BULK]:
            self.stands[name].tags.add("lid")

    async def merge(self) -> None:
        """One into another that is found by typing; taken back, then for good."""
        keys, gone, into = self._keys, subject(MERGED), subject(INTO)
        for good in (False, True):
            await self.go_to(gone)
            await keys.press("Shift+M")
            await keys.type(into.split()[0])
            await keys.see(f"Different people asked: {into.split()[0]} Buyer here")
            await keys.press("Return")
            assert here() == "Merge anyway", "who else asked is looked at first"
            await keys.press("Return")
            await keys.see("MERGED INTO THIS", "Priority: Urgent")
            await keys.until(lambda: "vip" in shown("Tags: "), "the other's tag")
            if not good:
                await keys.press("Ctrl+Z")
                await keys.until(lambda: not sees("MERGED INTO THIS"), "it to be taken back")
                await keys.see("Priority: Normal")
        self.stands[gone].status = Status.CLOSED
        self.stands[into].priority = self.stands[gone].priority
        self.stands[into].tags |= self.stands[gone].tags

    async def snooze(self) -> None:
        """Until tomorrow: it is among the snoozed, and in no queue."""
        keys, name = self._keys, subject(6)
        stand = await self.go_to(name)
        await keys.pick("Z", "tomorrow")
        await self.gone(name)
        await keys.command("Snoozed")
        await keys.see(name)
        await keys.command("All active")
        stand.snoozed = True

    async def find(self, word: str, number: int) -> None:
        """A word of a message leads to its ticket, a number in the palette to another."""
        keys = self._keys
        await keys.press("/")
        await keys.type(word)
        await keys.see("1 place")
        await keys.press("Return")
        await keys.see(FOUND)
        assert word in current(), "the keyboard is at the message"
        await keys.command(f"#{number}")
        await keys.see(f"#{number}")
        await keys.press("Esc")

    # -- without one

    async def hour(self, pass_s: Callable[[float], None]) -> None:
        """An hour's work while the network is gone: nothing of it waits for anybody."""
        await self.until_pill("Offline since")
        for n in OFFLINE:
            name = subject(n)
            await self.go_to(name)
            pass_s(STEP_S)
            await self.say(name, f"Written on a train, {n}.", "N")
            pass_s(STEP_S)
            await self.rank(name, Priority.HIGH)
            pass_s(STEP_S)
            await self.take(name)
        await self.go_to(TAKEN)
        await self.take(TAKEN)
        await self.go_to(ANSWERED)
        await self.say(ANSWERED, "The larger one is on its way.")
        await self.until_pill(f"{3 * len(OFFLINE) + 2} waiting")

    async def back(self) -> None:
        """The network is there: all is sent but what a colleague did meanwhile."""
        await self._keys.command("Try the server now")
        await self.until_pill("Live", "2 need you")
        await self.settled()

    async def resolve(self) -> None:
        """What needs her: the answer goes out all the same, the ticket is left to whoever has it."""
        keys = self._keys
        await keys.press("G, O")
        await keys.see("Outbox · 2 actions")
        for _ in range(2):
            what = current()
            await keys.press("Return")
            if what.startswith("Take"):
                await keys.see("somebody else has it by now")
                await keys.tab_to("Discard")
            else:
                await keys.see("a colleague answered meanwhile")
                assert here().startswith("Send anyway"), here()
            await keys.press("Space")
            await keys.until(lambda what=what: current() != what, "it to be settled")
        await keys.see("Everything you did has arrived")
        await keys.press("G, I")
        self._assigned(self.stands[TAKEN], "Ben Ode")
        self.stands[ANSWERED].status = Status.OPEN
