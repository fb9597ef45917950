"""A process of writers over one PostgreSQL: `python -m tests.parts.writers URL SEED`, killed at will."""

import random
import sys
import threading
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from console.kernel.ids import derived_id, new_id
from console.people.model import Party
from console.people.records import PARTY
from console.sync.server.tx import Tx
from tests.fakes.clock import ManualClock
from tests.parts.office import Office

WRITERS = 4
SHARED = [derived_id("shared", str(n)) for n in range(8)]
QUEUE = frozenset({20})


class Abort(Exception):
    """Everything is undone, the numbers too that were taken."""


def write(office: Office, dice: random.Random) -> None:
    """One transaction: new records and old ones; one in five is undone at the very end."""
    with office.database.writing() as connection:
        tx = Tx(connection, office.catalog, office.clock.now())
        tx.begin()
        for party_id in _some(dice):
            name = f"n{dice.randrange(1000)}"
            tx.record(PARTY, Party(id=party_id, side="buyer", name=name), QUEUE)
        tx.keep()
        tx.finish()
        if dice.random() < 0.2:
            raise Abort


def _some(dice: random.Random) -> list[UUID]:
    old = sorted(dice.sample(SHARED, dice.randrange(3)))
    return old + [new_id() for _ in range(dice.randrange(1, 4))]


def main(url: str, seed: str) -> None:
    """Write until killed; says `writing` once it does."""
    office = Office(url, ManualClock(), joins=True)

    def for_ever(number: int) -> None:
        dice = random.Random(f"{seed}/{number}")
        while True:
            try:
                write(office, dice)
            except (Abort, DBAPIError):
                continue

    for number in range(WRITERS):
        threading.Thread(target=for_ever, args=(number,)).start()
    sys.stdout.write("writing\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
