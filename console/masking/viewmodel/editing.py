"""Writing the policy: changed in a form and saved; what stands in it stays until then."""

from typing import Any

from msgspec import structs

from console.kernel.errors import Refused
from console.kernel.signal import Signal
from console.kernel.tongue import mark, tr
from console.masking.model.policy import MAX_OWN, POLICY_ID, Content, checked, content_of
from console.masking.records import KNOWN, MASKING, SetMasking
from console.masking.tables import rows
from console.people.model import Action
from console.people.tables import rows as people_rows
from console.people.viewmodel import Directory
from console.sync.client.local import Local
from console.sync.client.telling import Touched

_PROBLEMS = {
    "bad_own": mark("“{line}” is no domain, e-mail address or telephone number: mend that line."),
    "too_many_own": mark("At most {most} lines are never masked: take some out."),
}


class Editing:
    """The policy and what is changed of it. `changed` when either did."""

    def __init__(self, local: Local, directory: Directory) -> None:
        self._local, self._directory = local, directory
        self._kept = Content()
        self._typed: Content | None = None
        self.problem = ""
        self.changed: Signal[None] = Signal()
        local.touched.connect(self._touched)
        local.opened.connect(self._load)
        directory.changed.connect(self._again)
        self._load(None)

    @property
    def content(self) -> Content:
        """What stands in the form."""
        return self._typed or self._kept

    @property
    def unsaved(self) -> bool:
        """Whether something was changed that is not saved."""
        return self._typed is not None

    @property
    def writable(self) -> bool:
        """Whether one may change the policy."""
        reader, me = self._local.reader, self._directory.me
        role = people_rows.role(reader, me.role) if reader and me else None
        return role is not None and Action.MASKING in role.actions

    def change(self, content: Content) -> None:
        """This stands in the form now."""
        self._typed = content if content != self._kept else None
        self.problem = ""
        self.changed.emit(None)

    def revert(self) -> None:
        """Forget what was changed."""
        self.change(self._kept)

    async def save(self) -> str:
        """Save the form; the sentence that it is done, empty when `problem` says why not."""
        if self._typed is None or not self.writable:
            return ""
        try:
            clean = checked(self._typed)
        except Refused as refusal:
            told = tr(_PROBLEMS[refusal.code])
            self.problem = told.format(line=refusal.fields.get("own", ""), most=MAX_OWN)
            self.changed.emit(None)
            return ""
        about = tr("What is masked of contact data")
        args = SetMasking(content=clean, knows=tuple(_changed(clean, self._kept)))
        await self._local.do(MASKING, POLICY_ID, args, lane=POLICY_ID, about=about)
        self._typed = None
        self._load(None)
        return tr("{what} saved").format(what=about)

    def _touched(self, touched: Touched) -> None:
        if MASKING.name in touched:
            self._load(None)

    def _load(self, _: None) -> None:
        reader = self._local.reader
        policy = rows.policy(reader) if reader else None
        before, self._kept = self._kept, content_of(policy)
        if self._typed is not None:  # a colleague's changes come in beside one's own
            mine = structs.replace(self._kept, **_changed(self._typed, before))
            self._typed = mine if mine != self._kept else None
        self.changed.emit(None)

    def _again(self, _: None) -> None:
        self.changed.emit(None)


def _changed(content: Content, before: Content) -> dict[str, Any]:
    """What is different of the content, by its names."""
    told = {name: getattr(content, name) for name in KNOWN}
    return {name: value for name, value in told.items() if value != getattr(before, name)}
