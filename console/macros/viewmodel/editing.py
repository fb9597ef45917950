"""Writing macros: one is chosen, changed and saved; what is typed stays with it until then."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from msgspec import structs

from console.fields.viewmodel.shelf import Fields
from console.kernel import codec
from console.kernel.codec import NIL
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.macros.model import (
    MAX_FILES,
    MAX_NAME_CHARS,
    MAX_SHORTCUT_CHARS,
    Content,
    Macro,
    Sharing,
    checked,
)
from console.macros.records import KNOWN, MACRO, ChangeMacro, CreateMacro, DeleteMacro
from console.macros.viewmodel.files import MacroFiles
from console.macros.viewmodel.shelf import Shelf
from console.people.model import Action
from console.people.tables import rows as people_rows
from console.people.viewmodel import Directory
from console.sync.client.deed import Deed
from console.sync.client.local import Local
from console.tickets.viewmodel.triage import Done

EMPTY = Content(name="")
_NAME = "macro."
_PROBLEMS = {
    "too_many_files": mark("A macro has at most {files} files: take one out."),
    "bad_macro_name": mark("Give the macro a name of at most {name} characters."),
    "bad_shortcut": mark("A shortcut has letters, digits and hyphens, at most {shortcut}."),
    "macro_empty": mark("Write a text, or choose what the macro does."),
    "bad_placeholder": mark("Nothing is called {field}: choose one with “Insert”."),
    "no_team": mark("Choose the team that has it."),
}


class Editing:
    """The macros, the one that is open, and what is typed into it. `changed` when any did.

    What is typed outlives a crash, encrypted and here alone.
    """

    def __init__(self, local: Local, directory: Directory, shelf: Shelf) -> None:
        self._local, self._shelf = local, shelf
        self.directory = directory
        self.files = MacroFiles(local)
        self.fields = Fields(local)
        self._typed: dict[UUID, Content] = dict(_remembered(local))
        self._new = {key for key in self._typed if shelf.macro(key) is None}
        self.chosen = next(reversed(self._typed), NIL)
        self.problem = ""
        self.changed: Signal[None] = Signal()
        shelf.changed.connect(self._again)

    # -- looking

    @property
    def macros(self) -> Sequence[Macro]:
        """Those that are here by name, then new ones that were not saved yet."""
        me = self._local.me
        known = {macro.id for macro in self._shelf.macros}
        fresh = [
            Macro(id=key, content=self._typed.get(key, EMPTY), owner_id=me, changed_by=me)
            for key in sorted(self._new - known)
        ]
        return [*self._shelf.macros, *fresh]

    @property
    def content(self) -> Content | None:
        """What stands in the form; None when nothing is chosen."""
        typed = self._typed.get(self.chosen)
        macro = self._shelf.macro(self.chosen)
        return typed or (macro.content if macro else None)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.chosen in self._typed

    @property
    def writable(self) -> bool:
        """Whether one may change the chosen macro."""
        macro = self._shelf.macro(self.chosen)
        if macro is None:
            return self.chosen in self._new
        return macro.owner_id == self._local.me or macro.content.sharing in self._may_share()

    def sharings(self) -> list[tuple[Sharing, UUID, str]]:
        """With whom a macro can be shared here, the team's id with a team, and what that is called."""
        found: list[tuple[Sharing, UUID, str]] = [("personal", NIL, tr("Only me"))]
        may, me = self._may_share(), self.directory.me
        if "team" in may and me is not None:
            teams = [t for t in self.directory.teams.values() if t.id in me.teams]
            found += [
                ("team", team.id, tr("Team {name}").format(name=team.name))
                for team in sorted(teams, key=lambda team: team.name)
            ]
        if "everybody" in may:
            found.append(("everybody", NIL, tr("Everybody")))
        return found

    def shared_with(self, content: Content) -> str:
        """With whom it is shared, in words."""
        if content.sharing == "team":
            return tr("Team {name}").format(name=self.directory.team_name(content.team_id))
        return tr("Everybody") if content.sharing == "everybody" else tr("Only me")

    def _may_share(self) -> frozenset[str]:
        reader, me = self._local.reader, self.directory.me
        role = people_rows.role(reader, me.role) if reader and me else None
        actions = role.actions if role else frozenset()
        shared = {"everybody"} if Action.MACROS_SHARED in actions else set()
        return frozenset(shared | ({"team"} if Action.MACROS in actions else set()))

    # -- doing

    def choose(self, macro_id: UUID) -> None:
        """Open a macro in the form."""
        self.chosen, self.problem = macro_id, ""
        self.changed.emit(None)

    def new(self) -> None:
        """Begin a macro of one's own."""
        fresh = new_id()
        self._new.add(fresh)
        self._type(fresh, EMPTY)
        self.choose(fresh)

    def _type(self, macro_id: UUID, content: Content | None) -> None:
        """This is typed into a macro and not saved; None for nothing."""
        if content is None:
            self._typed.pop(macro_id, None)
        else:
            self._typed[macro_id] = content
        told = codec.encode(content).decode() if content not in (None, EMPTY) else ""
        self._local.remember(f"{_NAME}{macro_id}", told)

    def change(self, content: Content) -> None:
        """This stands in the form now."""
        macro = self._shelf.macro(self.chosen)
        if macro is not None and content == macro.content:
            self._type(self.chosen, None)
        elif content != self.content:
            self._type(self.chosen, content)
        self.problem = ""
        self.changed.emit(None)

    async def save(self) -> Done | None:
        """Save the form; what was done, or None when `problem` says why not."""
        content, chosen = self.content, self.chosen
        if content is None or not self.unsaved:
            return None
        saved = self._shelf.macro(chosen)
        try:
            clean = checked(content)
            self.files.check(clean.files, saved.content.files if saved else ())
        except Refused as refusal:
            self.problem = _worded(refusal)
            self.changed.emit(None)
            return None
        if saved is None:
            args: CreateMacro | ChangeMacro = CreateMacro(content=clean)
        else:
            args = ChangeMacro(content=clean, knows=KNOWN)
        about = tr("Macro “{name}”").format(name=clean.name)
        await self._do(chosen, args, about, await self.files.keep(clean.files))
        self._type(chosen, None)
        self._new.discard(chosen)
        self.changed.emit(None)
        return Done(tr("{what} saved").format(what=about))

    async def delete(self) -> Done | None:
        """Delete the chosen macro, or drop a new one; what was done, with the way back."""
        chosen, content = self.chosen, self.content
        if content is None:
            return None
        saved = self._shelf.macro(chosen)
        self._type(chosen, None)
        self._new.discard(chosen)
        self.chosen = NIL
        about = tr("Macro “{name}”").format(name=content.name or tr("New macro"))
        copies = await self.files.copies(saved.content.files) if saved else []
        if saved is not None:
            kept = saved.content
            await self._local.do(MACRO, chosen, DeleteMacro(), lane=self._local.me, about=about)
        else:
            kept = content
        self.changed.emit(None)

        async def undo() -> None:
            # Under a new id: what was deleted may be gone for good by now.
            fresh = new_id()
            if saved is None:
                self._new.add(fresh)
                self._type(fresh, kept)
            else:
                files, brought = await self.files.again(copies)
                args = CreateMacro(content=structs.replace(kept, files=files))
                await self._do(fresh, args, about, brought)
            self.choose(fresh)

        return Done(tr("{what} deleted").format(what=about), undo)

    async def _do(
        self, target: UUID, args: CreateMacro | ChangeMacro, about: str, brought: tuple[UUID, ...]
    ) -> None:
        deed = Deed(MACRO, target, args, about, brought)
        await self._local.do_all([deed], lane=self._local.me)

    async def attach(self, paths: Sequence[Path]) -> None:
        """Take files into the chosen macro. Raises Refused for the first that cannot be."""
        chosen = self.chosen
        for path in paths:
            file = await self.files.bring(path)
            if self.content is not None and self.chosen == chosen:
                files = (*self.content.files, file)
                self.change(structs.replace(self.content, files=files))

    def detach(self, file_id: UUID) -> None:
        """Leave a file out of the chosen macro."""
        if self.content is not None:
            files = tuple(file for file in self.content.files if file.id != file_id)
            self.change(structs.replace(self.content, files=files))

    def revert(self) -> None:
        """Forget what was typed into the chosen macro."""
        self._type(self.chosen, None)
        if self.chosen in self._new:
            self._new.discard(self.chosen)
            self.chosen = NIL
        self.problem = ""
        self.changed.emit(None)

    def _again(self, _: None) -> None:
        self.changed.emit(None)


def _remembered(local: Local) -> Iterator[tuple[UUID, Content]]:
    """What was typed and not saved, by its macro; nothing of another release's."""
    for name, told in local.remembered.items():
        if name.startswith(_NAME):
            try:
                yield UUID(name.removeprefix(_NAME)), codec.decode(told, Content)
            except Refused:
                continue


def owned(content: Content, sharing: Sharing, team_id: UUID) -> Content:
    """The content, shared with others."""
    return structs.replace(content, sharing=sharing, team_id=team_id)


def _worded(refusal: Refused) -> str:
    words = _PROBLEMS.get(refusal.code)
    if words is None:
        return refusal.message
    limits = {"name": MAX_NAME_CHARS, "shortcut": MAX_SHORTCUT_CHARS, "files": MAX_FILES}
    return tr(words).format(**limits, field=refusal.fields.get("text", ""))
