"""What the command line does to a server: import a file, tell its figures, add a user, erase."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TextIO

import msgspec
from tqdm import tqdm

from console.server.admin_routes import Erase, NewUser, TeamsOf
from console.server.doors import Outside, Place, open_door, read_figures
from console.server.field_routes import FieldKept, KeepField
from console.server.figures import Figures
from console.server.files import Format
from console.server.importer import Import, Tally
from console.server.lines import Aside, open_lines

# Bytes of the file are what the remaining time follows; people think in conversations.
_BAR = "{percentage:3.0f}% |{bar:24}| {desc} [{elapsed} < {remaining}]"
_SCREEN_S = 0.1
_FILE_S = 5.0
_KEPT_OBJECTS = 50_000


async def import_file(path: Path, written_as: Format, place: Place, outside: Outside) -> int:
    """Import a file with a progress bar; prints the tally, returns the exit code.

    0 when everything is there now, 1 when lines were set aside. Raises ParleyError.
    """
    with open_lines(path) as lines, Aside(path) as aside, _collecting_seldom():
        async with open_door(place, outside) as door:
            with _Bar(lines.size, sys.stderr) as bar:
                tally = await Import(door, aside, bar.tell, bar.move).run(lines, written_as)
    sys.stdout.write(summary(tally, aside.count) + "\n")
    if aside.path is not None:
        sys.stderr.write(f"What was set aside is in {aside.path}.\n")
    return 1 if aside.count else 0


def summary(tally: Tally, aside: int) -> str:
    """The last line of an import."""
    return (
        f"{tally.imported:,} conversations imported ({tally.messages:,} messages),"
        f" {tally.present:,} were there already, {aside:,} set aside;"
        f" {tally.linked:,} linked to {len(tally.orders):,} orders."
    )


async def status(place: Place, outside: Outside, *, as_json: bool) -> int:
    """Print the figures; returns the exit code. Raises ParleyError."""
    found = await read_figures(place, outside)
    text = msgspec.json.encode(found).decode() if as_json else table(found)
    sys.stdout.write(text + "\n")
    return 0


def table(found: Figures) -> str:
    """Figures as people read them."""
    rows = [(kind, f"{count:,}") for kind, count in found.records.items()]
    rows += [
        ("consoles", f"{found.consoles:,}"),
        ("log head", str(found.head)),
        ("epoch", f"{found.epoch[0]} ({found.epoch[1]:x})"),
    ]
    name_width = max(len(name) for name, _ in rows)
    width = max(len(value) for _, value in rows)
    return "\n".join(f"{name:<{name_width}}  {value:>{width}}" for name, value in rows)


async def add_user(asked: NewUser, place: Place, outside: Outside) -> int:
    """Add a user and say so; returns the exit code. Raises ParleyError."""
    async with open_door(place, outside) as door:
        await door.add_user(asked)
    within = f" in {', '.join(asked.teams)}" if asked.teams else ""
    sys.stdout.write(f"{asked.email.strip()} can now sign in as {asked.role}{within}.\n")
    return 0


async def set_teams(asked: TeamsOf, place: Place, outside: Outside) -> int:
    """Put a user in teams and say so; returns the exit code. Raises ParleyError."""
    async with open_door(place, outside) as door:
        await door.set_teams(asked)
    where = f"in {', '.join(asked.teams)}" if asked.teams else "in no team"
    sys.stdout.write(f"{asked.email.strip()} is {where} now, and sees no other queues.\n")
    return 0


async def keep_field(asked: KeepField, place: Place, outside: Outside) -> int:
    """Make or change a custom field and say so; returns the exit code. Raises ParleyError."""
    async with open_door(place, outside) as door:
        kept = await door.keep_field(asked)
    sys.stdout.write(field_line(kept) + "\n")
    return 0


async def list_fields(place: Place, outside: Outside) -> int:
    """Print all custom fields, a line each; returns the exit code. Raises ParleyError."""
    async with open_door(place, outside) as door:
        found = await door.fields()
    lines = [field_line(field) for field in found.fields] or ["There are no custom fields yet."]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def field_line(field: FieldKept) -> str:
    """A field on one line: what it is called, holds, demands, and who is shown it."""
    told = [f"{field.name}: {field.type}"]
    if field.options:
        told.append("options " + " | ".join(field.options))
    told.append("shown to " + (", ".join(field.teams) or "all teams"))
    told += ["required"] * field.required + ["not in use"] * (not field.active)
    return "; ".join(told)


async def erase(number: int, place: Place, outside: Outside) -> int:
    """Erase a ticket and say what is gone; returns the exit code. Raises ParleyError."""
    async with open_door(place, outside) as door:
        gone = await door.erase(Erase(number=number))
    sys.stdout.write(
        f"Ticket {number} is erased: {gone.tickets:,} tickets, {gone.messages:,} messages,"
        f" {gone.orders:,} orders, {gone.parties:,} parties are gone.\n"
    )
    return 0


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    # Tens of thousands of records pass through, hardly any in a cycle: collecting them at the
    # usual pace took a tenth of the time.
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_KEPT_OBJECTS, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


class _Bar:
    """The progress bar; where nobody watches it is drawn seldom."""

    def __init__(self, size: int, stderr: TextIO) -> None:
        self._stderr = stderr
        self._bar = tqdm(
            total=size or None,  # a pipe has no size
            file=stderr,
            bar_format=_BAR,
            mininterval=_SCREEN_S if stderr.isatty() else _FILE_S,
            dynamic_ncols=stderr.isatty(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def move(self, position: int, tally: Tally) -> None:
        """So far into the file, with so much done."""
        elapsed_s = self._bar.format_dict["elapsed"] or 1e-9
        done = tally.imported + tally.present
        told = f"{done:,} conversations, {tally.handled / elapsed_s:,.0f} messages/s"
        self._bar.set_description_str(told, refresh=False)
        self._bar.update(max(0, position - self._bar.n))

    def tell(self, sentence: str) -> None:
        """A line of text above the bar."""
        self._bar.write(sentence, file=self._stderr)
