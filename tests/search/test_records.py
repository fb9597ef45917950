"""Saved searches on the wire: their document, their id, and lines that are none."""

import pytest

from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.search.model.query import MAX_QUERY_CHARS
from console.search.model.saved import SavedSearch, checked_line, saved_id
from console.search.records import SAVED_SEARCH
from tests.parts.acts import AT


def test_a_search_survives_its_document() -> None:
    owner = new_id()
    saved = SavedSearch(id=saved_id(owner, "is:open"), owner_id=owner, line="is:open", at=AT)
    doc = write_record(saved)
    assert SAVED_SEARCH.read(saved.id, doc) == saved
    assert b"gone" not in doc


def test_a_line_has_one_id_for_each_who_keeps_it() -> None:
    ana, ben = new_id(), new_id()
    assert saved_id(ana, "is:open") == saved_id(ana, "is:open")
    assert len({saved_id(who, line) for who in (ana, ben) for line in ("is:open", "is:new")}) == 4


def test_a_line_is_kept_without_the_space_around_it() -> None:
    longest = "x" * MAX_QUERY_CHARS
    assert (checked_line(" is:open "), checked_line(longest)) == ("is:open", longest)


@pytest.mark.parametrize("line", ["", "  ", "x" * (MAX_QUERY_CHARS + 1), "a\nb", "a\x00b"])
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(Refused, match="visible characters"):
        checked_line(line)
