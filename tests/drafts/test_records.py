"""Drafts on the wire: their document, and a command that refuses what it does not know."""

import pytest

from console.drafts.model import MAX_OTHERS, MAX_SHARED_CHARS, SharedDraft, Version
from console.drafts.records import DRAFT, ShareDraft
from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.sync.records import MAX_COMMANDS_BYTES, command
from tests.parts.acts import AT


def test_a_draft_survives_its_document() -> None:
    version = Version("buyer", "Dear Lena, 🙂", AT)
    draft = SharedDraft(
        id=new_id(), owner_id=new_id(), ticket_id=new_id(), version=version, device=new_id(),
        then={"status": "solved"}, others=(Version("internal", "Ask Ben", AT),),
    )  # fmt: skip
    assert DRAFT.read(draft.id, write_record(draft)) == draft


def test_what_is_unknown_is_refused() -> None:
    with pytest.raises(Refused):
        codec.decode(b'{"colour":"red"}', ShareDraft)


def test_the_longest_fits_into_one_request() -> None:
    long = Version("buyer", "🙂" * MAX_SHARED_CHARS, AT)
    args = ShareDraft(
        ticket_id=new_id(), version=long, device=new_id(), others=(long,) * MAX_OTHERS
    )
    assert len(codec.encode(command(new_id(), args, cmd_id=new_id()))) < MAX_COMMANDS_BYTES
