"""The macros of the sandbox: written by colleagues as anybody writes them, by commands."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from console.conversations.model import Attachment
from console.demo.content import MacroLine
from console.demo.files import attached
from console.demo.filler import bring
from console.demo.script import Roster
from console.kernel.codec import NIL
from console.kernel.errors import Bug
from console.kernel.ids import derived_id
from console.macros.model import Content, Sharing
from console.macros.records import CreateMacro
from console.people.model import Actor
from console.server.core import Core
from console.sync.records import Accepted, Command, command
from console.tickets.model import Deeds, Priority, Status


async def write_macros(
    core: Core, lines: Sequence[MacroLine], roster: Roster, actors: Mapping[str, Actor]
) -> None:
    """Every macro, by its author. Raises Bug when one is refused."""
    for line in lines:
        for file in files_of(line):
            await core.write(partial(bring, actor=actors[line.by], file=file))
        results = await core.execute(actors[line.by], [macro_command(line, roster.teams)])
        for result in results:
            if not isinstance(result.outcome, Accepted):
                raise Bug(f"the sandbox's macro {line.name!r} was not made: {result.outcome}")


def macro_command(line: MacroLine, teams: Mapping[str, UUID]) -> Command:
    """The command that makes a macro."""
    sharing: Sharing = "personal" if line.mine else "team" if line.team else "everybody"
    deeds = Deeds(
        status=Status(line.status) if line.status else None,
        priority=Priority(line.priority) if line.priority else None,
        add_tags=line.add_tags,
        to_me=line.to_me,
    )
    content = Content(
        name=line.name, shortcut=line.shortcut, text=line.text, deeds=deeds,
        at_once=line.at_once, sharing=sharing, team_id=teams[line.team] if line.team else NIL,
        files=files_of(line),
    )  # fmt: skip
    target = derived_id("macro", line.shortcut)
    made = derived_id("make-macro", line.shortcut)
    return command(target, CreateMacro(content=content), cmd_id=made)


def files_of(line: MacroLine) -> tuple[Attachment, ...]:
    """The files that go with a macro."""
    return tuple(attached(derived_id("macro-file", line.shortcut, n), n) for n in line.files)
