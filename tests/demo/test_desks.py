"""What colleagues set up beside answering: a new user finds fields, merged tickets, notes, searches."""

from console.demo.content import Library
from console.demo.desks import MERGED
from console.demo.main import AGENT
from console.demo.marker import DATABASE
from console.search.model.query import parse
from console.store.engine import open_sqlite
from console.sync.server import blobs
from console.tickets.model import ACTIVE
from tests.demo.conftest import NOW, Sandbox, Shelf


def test_every_field_has_values_that_fit(shelf: Shelf, library: Library) -> None:
    fields = {field.content.name: field for field in shelf.fields.values()}
    assert set(fields) == {line.name for line in library.desks.fields}
    for field in fields.values():
        filled = [t for t in shelf.tickets.values() if field.id in t.fields]
        assert len(filled) >= 5, field.content.name
        assert any(t.status in ACTIVE for t in filled), "also where somebody looks first"
    carrier = fields["Carrier"]
    for ticket in shelf.tickets.values():
        if carrier.id in ticket.fields:
            option = carrier.content.option(str(ticket.fields[carrier.id]))
            assert option is not None
            parts = shelf.orders[ticket.order_ids[0]].fulfilments
            assert option.name == parts[0].carrier


def test_some_wrote_twice_and_are_answered_once(shelf: Shelf) -> None:
    merged = [ticket for ticket in shelf.tickets.values() if ticket.merged_into.int]
    assert len(merged) == MERGED
    for ticket in merged:
        into = shelf.tickets[ticket.merged_into]
        assert into.status in ACTIVE
        assert into.requester_id == ticket.requester_id
        assert into.channel != ticket.channel


def test_customers_are_known(shelf: Shelf, library: Library) -> None:
    told = {(shelf.parties[note.party_id].email, note.body) for note in shelf.notes.values()}
    assert told == {(line.on, line.body) for line in library.desks.notes}


def test_macros_bring_their_files(shelf: Shelf, sandbox: Sandbox) -> None:
    files = [file for macro in shelf.macros.values() for file in macro.content.files]
    assert sorted(file.name for file in files) == ["packed-parcel.png", "return-label.pdf"]
    database = open_sqlite(sandbox.folder / DATABASE)
    try:
        with database.reading() as reader:
            for file in files:
                known = blobs.find(reader, file.id)
                assert known is not None
                assert known.complete
    finally:
        database.close()


def test_the_searches_of_whoever_signs_in_are_understood(shelf: Shelf, library: Library) -> None:
    lines = [search.line for search in shelf.searches.values()]
    (kept,) = library.desks.searches
    assert kept.by == AGENT
    assert sorted(lines) == sorted(kept.lines)
    for line in lines:
        told = parse(line, NOW)
        assert told.filters, line
        assert not told.problems, line
