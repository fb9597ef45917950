"""Custom fields on the wire: the kind, and the commands by which they are made and changed."""

from console.fields.model import Content, CustomField
from console.kernel.codec import Strict, Whole
from console.kernel.grown import names_of
from console.sync.records import Kind

FIELD = Kind("field", CustomField)
FIRST = ("name", "type", "options", "teams", "required", "active")
"""What the first release knew of a field's content: it does not say so."""
KNOWN = names_of(Content)


class CreateField(Strict, frozen=True):
    """Make the target, a new field. The same id twice is refused with `already_there`."""

    content: Content
    position: Whole = 0


class ChangeField(Strict, frozen=True):
    """Give a field this content; a colleague changed it since the author looked: `field_changed`.

    What it holds stays (`field_type_fixed`), and options that are taken away are kept as gone.
    What the author does not know of the content, as `knows` says, stays.
    """

    content: Content
    knows: tuple[str, ...] = FIRST


class MoveField(Strict, frozen=True):
    """Put the field at another place among the others; the last one wins."""

    position: Whole
