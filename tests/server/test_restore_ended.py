"""A restore brings back no session that had ended since, and no password that was changed."""

from pathlib import Path

import pytest

from console.people.server import accounts, sessions
from console.server import backup
from tests.fakes.clock import ManualClock
from tests.parts.databases import Databases
from tests.parts.filled import fill, fresh, office_at
from tests.server.test_restore import BOTH, Site


@pytest.fixture(params=BOTH)
def site(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, clock: ManualClock
) -> Site:
    return Site(databases, tmp_path / "site", str(request.param), clock)


def test_sessions_and_passwords_that_ended_since_do_not_come_back(
    site: Site, clock: ManualClock
) -> None:
    with office_at(site.url, clock) as office:
        fill(office)
        people = [office.user(name) for name in ("Mia Wolf", "Nora Lind", "Olga Rusu")]
        for user in people:
            office.write(lambda tx, user=user: accounts.set_password(tx, user.id, "before"))
        mia, nora, olga = (
            office.write(lambda tx, user=user: sessions.open_session(tx, user.id, None).token)
            for user in people
        )
        path = site.back_up(office)
        clock.advance(60)
        office.write(lambda tx: sessions.close_session(tx, mia))
        office.write(lambda tx: accounts.set_password(tx, people[1].id, "since"))
    site.restore(path)
    with office_at(site.url, clock) as office:
        sql = "SELECT token_hash FROM session WHERE user_id = :u"
        open_now = [[bytes(row[0]) for row in office.rows(sql, u=p.id.bytes)] for p in people]
        assert open_now == [[], [], [sessions.token_hash(olga)]]
        assert sessions.token_hash(nora) not in open_now[1], "its password was changed"
        sql = "SELECT password_hash FROM credential WHERE user_id = :u"
        assert [office.rows(sql, u=p.id.bytes)[0][0] for p in people] == [
            "before", "since", "before",
        ]  # fmt: skip


def test_over_another_installation_sessions_go_on(
    site: Site, databases: Databases, clock: ManualClock, tmp_path: Path
) -> None:
    url = fresh(databases, "sqlite")
    with office_at(url, clock) as office:
        fill(office)
        user = office.user("Mia Wolf")
        office.write(lambda tx: sessions.open_session(tx, user.id, None))
        backup.make(office.database, tmp_path / "other.backup", clock)
    with office_at(site.url, clock) as office:
        office.user("Nora Lind")
    site.restore(tmp_path / "other.backup")
    with office_at(site.url, clock) as office:
        assert office.rows("SELECT count(*) FROM session") == [(1,)]
