"""A small shop with a bit of everything in it, and what two databases of it are compared by."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from console.people.server import accounts
from console.server import rooms, transfer
from console.server.transfer import Fingerprints
from console.store import blocks
from console.store.engine import open_database
from console.tickets.model import Priority
from console.tickets.records import SetPriority
from tests.fakes.clock import ManualClock
from tests.parts.acts import Case, act, begin_case
from tests.parts.databases import Databases, PostgresMissing
from tests.parts.history import History
from tests.parts.office import Office
from tests.parts.server import PASSWORD_HASH

ODD = 'Where\'s my parcel? 日本 \U0001f9e6 %s :x \\ "q" \ttab\nline'
OF_THE_LOG = ("epoch", "sync_state")
"""Tables that a new epoch of the log writes into; all others stay as they are."""


def fresh(databases: Databases, dialect: str, *, migrated: bool = True) -> str:
    """The URL of a new database; the test is skipped where there is no PostgreSQL."""
    try:
        return databases.fresh(dialect, migrated=migrated)
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@contextmanager
def office_at(url: str, clock: ManualClock) -> Iterator[Office]:
    """An office that founds the database at `url`, closed at the end."""
    office = Office(url, clock)
    try:
        yield office
    finally:
        office.close()


def fill(office: Office, seed: int = 1) -> list[Case]:
    """People, two teams, a random history, three cases with orders; one answer that merged."""
    ana = office.user("Ana Kovac", teams=("Europe", "Asia"))
    office.write(lambda tx: accounts.set_password(tx, ana.id, PASSWORD_HASH))
    History(office, seed).go_on(40)
    cases = [
        begin_case(
            office, team=team, email=f"{name}@mail.test", name=name, order_number=f"A-{name}"
        )
        for team, name in (("Europe", "Lena"), ("Asia", "Mei"), (None, "Nora"))
    ]
    cases[0].hear(ODD)
    who = office.actor(ana)
    for priority in (Priority.HIGH, Priority.LOW):
        wish = SetPriority(priority=priority, seen=Priority.NORMAL)
        office.run(who, act(cases[0].ticket.id, wish))
    return cases


def holdings(url: str, *, without: tuple[str, ...] = ()) -> Fingerprints:
    """What every table of the database at `url` holds."""
    names = sorted(n for m in rooms.metadata() for n in m.tables if n not in without)
    database = open_database(url)
    try:
        with database.readers.connect() as connection:
            return transfer.fingerprints(connection, names)
    finally:
        database.close()


def tables_in(url: str) -> list[str]:
    """The tables of the database at `url`."""
    database = open_database(url)
    try:
        with database.readers.connect() as connection:
            return blocks.table_names(connection)
    finally:
        database.close()
