"""Drafts: one a ticket, kept as typed, never in the clear on the disk."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from console.kernel.ids import new_id
from console.sync.client.scratch import Draft, Scratch
from console.sync.client.work import open_work
from tests.parts.acts import AT

KEY = bytes(range(32))


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    work = open_work(tmp_path / "work.db", KEY)
    yield Scratch(work)
    work.close()


def test_the_last_keystroke_wins_and_survives_the_process(scratch: Scratch, tmp_path: Path) -> None:
    ticket = new_id()
    scratch.keep(ticket, Draft(to="buyer", body="De", caret=2), AT)
    draft = Draft(to="internal", body="Dear Lena,", caret=4)
    scratch.keep(ticket, draft, AT + timedelta(seconds=3))
    other = open_work(tmp_path / "work.db", KEY)
    kept = Scratch(other).all()[ticket]
    assert (kept.draft, kept.at) == (draft, AT + timedelta(seconds=3))
    other.close()


def test_each_ticket_has_its_own_and_a_dropped_one_is_gone(scratch: Scratch) -> None:
    one, two = new_id(), new_id()
    scratch.keep(one, Draft(to="buyer", body="one"), AT)
    scratch.keep(two, Draft(to="buyer", body="two"), AT)
    scratch.drop(one)
    scratch.drop(new_id())
    assert {ticket: kept.draft.body for ticket, kept in scratch.all().items()} == {two: "two"}


def test_no_draft_is_readable_on_the_disk(scratch: Scratch, tmp_path: Path) -> None:
    scratch.keep(new_id(), Draft(to="buyer", body="a very private sentence"), AT)
    files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert sum(len(data) for data in files) > 4096
    assert not [data for data in files if b"private sentence" in data]
