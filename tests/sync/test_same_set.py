"""The working set that a server sends, the one it sums up and the one a console keeps are the same.

Each seed is a random life of a shop. Consoles fetch in pages between which the life goes on, follow
the log, lose and gain scopes, fetch what they lack, and fall behind the horizon; whenever all is
quiet the server's sums are those of what they hold by their own rule.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from console.people.model import User
from console.sync import wire
from console.sync.asking import BootEnd
from console.sync.client.replica import Replica, open_replica
from console.sync.client.standing import Boot
from console.sync.frames import Resync
from console.sync.records import Change, Scopes
from console.sync.registry import Catalog
from console.sync.server import epoch, feed, working_set
from console.sync.server.feed import Feed, first_page, resume_of, token_of
from console.sync.server.live import border_at
from console.sync.server.lookup import Lookup
from console.sync.server.tx import Tx
from tests.parts.compare import held, shown
from tests.parts.office import Office
from tests.parts.shoplife import ShopLife

KEY = bytes(32)
LAST_MESSAGES = 4
ROUNDS, DEEDS = 6, 8
SEEDS = (0, 19)
"""The second is one that found something."""


@pytest.fixture
def small(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office with short pages, of whose conversations a console keeps the last few messages."""
    for name, most in (("PAGE_ROWS", 3), ("_PARENTS_PER_PAGE", 2), ("_IDS_PER_QUERY", 4)):
        monkeypatch.setattr(working_set, name, most)
    monkeypatch.setattr(feed, "PAGE_ROWS", 3)
    known = office.catalog
    office.catalog = Catalog(
        [
            replace(table, latest=table.latest and replace(table.latest, rows=LAST_MESSAGES))
            for table in known.tables.values()
        ],
        known.index,
    )
    office.feed = Feed(office.catalog)
    return office


class Cache:
    """A console's cache and what it asks the server, one thing after another."""

    def __init__(self, office: Office, user: User, path: Path, seed: int) -> None:
        self._office, self._user = office, user
        self._dice = random.Random(seed)
        self._lookup = Lookup(office.feed)
        self.replica: Replica = open_replica(path, KEY, office.catalog)
        self.replica.greet("http://127.0.0.1:1", user.id)

    @property
    def scopes(self) -> Scopes:
        """What the user sees now."""
        return self._office.actor(self._user).scopes

    def meet(self, life: Callable[[], None]) -> None:
        """A session: what is missing is fetched, in pages between which life goes on, then quiet."""
        office, replica = self._office, self.replica
        if (cursor := replica.standing.cursor) is None:
            self._fetch(life)
        else:
            standing = replica.standing
            told = office.read(
                lambda r: office.feed.standing(r, cursor, standing.hwm, standing.epoch)
            )
            if isinstance(told, Resync):
                replica.rescope(self.scopes & frozenset(standing.scopes))
                self._fetch(life, since=told.since)
        self._greet()
        self.follow()
        replica.evict(())

    def outdated(self) -> bool:
        """Whether it needs a new session: its log is cut, or its working set ends elsewhere now."""
        horizon = self._office.read(self._office.feed.horizon)
        standing = self.replica.standing
        late = standing.border != border_at(self._office.clock.now())
        return late or (standing.cursor or 0) < horizon

    def _greet(self) -> None:
        border = border_at(self._office.clock.now())
        now, head = self._office.read(lambda r: (epoch.current(r), self._office.feed.head(r)))
        self.replica.welcome(now, self.scopes, head, border)

    def follow(self) -> None:
        """Read the log to its end, then fetch what it came without."""
        office, replica = self._office, self.replica
        if self.scopes != frozenset(replica.standing.scopes):
            replica.rescope(self.scopes)
        more = True
        while more:
            cursor, limit = replica.standing.cursor or 0, self._dice.choice((1, 2, 5, 1000))
            read = partial(office.feed.changes, cursor=cursor, scopes=self.scopes, limit=limit)
            batch = office.read(read)
            replica.absorb(batch)
            more = batch.more
        if replica.standing.wanted:
            self._fetch(lambda: None, beside=replica.standing.wanted)
        while replica.standing.lacks:
            for wanted in replica.lacking():
                guard = replica.guard()
                found = office.read(lambda r, w=wanted: self._lookup.records(r, w, self.scopes))
                replica.supply(wanted, found, guard)
                replica.release(guard)

    def _fetch(
        self, life: Callable[[], None], since: int = 0, beside: tuple[int, ...] = ()
    ) -> None:
        office, kinds, replica = self._office, self._office.catalog.names, self.replica
        border = border_at(office.clock.now())
        scopes = self.scopes & frozenset(beside) if beside else self.scopes
        start = office.head()
        at = first_page(start, kinds[0], border, since)
        among = office.read(lambda r: office.feed.working_set(r, scopes, border, since))
        boot = Boot(
            start=start, epoch=office.read(epoch.current), granted=tuple(sorted(scopes)),
            border=border, since=since, compare=bool(since), scopes=beside,
        )  # fmt: skip
        replica.begin_boot(boot)
        guard = replica.guard()
        while True:
            page = office.read(
                partial(office.feed.page, scopes=scopes, kinds=kinds, at=at, among=among)
            )
            lines = [*page.rows, wire.control_line(BootEnd(page.as_of))]
            told = wire.Lines().feed(wire.Deflater().block(lines))
            token = token_of(page.next) if page.next else None
            boot = structs.replace(boot, token=token)
            rows = [line for line in told if isinstance(line, Change)]
            replica.absorb_page(rows, boot, page.as_of, guard)
            if page.next is None:
                break
            at = resume_of(token_of(page.next), kinds)
            office.feed.check_place(at)
            if self._dice.random() < 0.3:
                life()
            if self._dice.random() < 0.2 or not scopes <= self.scopes:  # broken off, and on again
                scopes = self.scopes & frozenset(beside) if beside else self.scopes
                among = office.read(
                    partial(office.feed.working_set, scopes=scopes, border=border, since=since)
                )
        if boot.compare:
            self._compare(border)
        replica.end_boot()
        replica.release(guard)

    def _compare(self, border: int) -> None:
        told = self._office.read(lambda r: self._lookup.digests(r, border, self.scopes))
        for kind in told.kinds:
            for asked in self.replica.comparing.questions(kind, told, border, 3):
                found = self._office.read(
                    lambda r, a=asked: self._lookup.compare(r, a, self.scopes)
                )
                if found.changes:
                    self.replica.mend(found, None, force=False)

    def differing(self) -> dict[str, list[int]]:
        """The kinds and buckets in which what is held is not what the server sums up."""
        border = self.replica.standing.border
        told = self._office.read(lambda r: self._lookup.digests(r, border, self.scopes))
        return {
            kind: found
            for kind, found in self.replica.comparing.differing(told, border).items()
            if found
        }

    def check(self) -> None:
        """Nothing differs, nothing lacks and nothing is there that the user may not see."""
        border = self.replica.standing.border
        there, needed = self._office.read(
            lambda r: shown(r, self._office.catalog, self.scopes, border)
        )
        with self.replica._database.reading() as reader:
            mine = held(reader, self._office.catalog)
        for name, theirs in there.items():
            lacking = needed[name].keys() - mine[name].keys()
            assert not lacking, f"{name}: {len(lacking)} lack"
            assert mine[name].items() <= theirs.items(), f"{name}: others than the server shows"
        assert self.differing() == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_sent_summed_up_and_kept_is_one_set(
    small: Office, tmp_path: Path, seed: int
) -> None:
    life = ShopLife(small, seed)
    dice = random.Random(seed)
    users = [*life.agents, life.boss]
    caches = [Cache(small, user, tmp_path / f"{n}.db", seed) for n, user in enumerate(users)]
    for _ in range(ROUNDS):
        life.go_on(DEEDS)
        for cache in caches:
            choice = dice.random()
            if choice < 0.15:
                small.write(cut_log)
            if choice < 0.5 or cache.replica.standing.cursor is None:
                cache.meet(lambda: life.go_on(1))
                cache.check()
            elif choice < 0.9 and not cache.outdated():
                cache.follow()
                cache.check()
    for cache in caches:
        cache.replica.close()


def cut_log(tx: Tx) -> None:
    """As every night, but for all of it but the last line."""
    upto = "(SELECT max(seq) - 1 FROM change_log)"
    for sql in (
        f"UPDATE sync_state SET v = {upto} WHERE k = 'horizon'",
        f"DELETE FROM change_scope WHERE seq <= {upto}",
        f"DELETE FROM change_log WHERE seq <= {upto}",
    ):
        tx.connection.exec_driver_sql(sql)
