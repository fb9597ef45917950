"""Epochs: numbers never reused, forks and pruned cursors always noticed."""

from datetime import UTC, datetime, timedelta

from console.sync.records import Epoch
from console.sync.server import epoch
from tests.parts.acts import begin_case
from tests.parts.office import Office


def begin(office: Office, now: datetime) -> Epoch:
    with office.database.writing() as connection:
        return epoch.begin(connection, now)


def test_each_life_has_a_higher_number_and_another_tag(office: Office) -> None:
    days = (0, 0, 1, -400, 0)
    later = [begin(office, office.clock.now() + timedelta(days=n)) for n in days]
    lives = [office.epoch, *later]
    numbers = [life.no for life in lives]
    assert numbers == sorted(set(numbers))
    assert len({life.tag for life in lives}) == len(lives)
    assert office.read(epoch.current) == lives[-1]


def test_a_number_is_at_least_the_seconds_since_2025(office: Office) -> None:
    now = datetime(2031, 5, 5, tzinfo=UTC)
    life = begin(office, now)
    assert life.no == int((now - datetime(2025, 1, 1, tzinfo=UTC)).total_seconds())


def test_changes_go_on_after_the_first_seq_of_the_epoch(office: Office) -> None:
    begin_case(office)
    before = office.head()
    life = begin(office, office.clock.now())
    assert office.head() == epoch.first_seq(life.no) > before
    begin_case(office, name="Nora", email="nora@mail.test")
    assert epoch.epoch_of(office.head()) == life.no
    assert office.head() > epoch.first_seq(life.no)


def test_a_place_that_this_history_lacks_is_a_fork(office: Office) -> None:
    begin_case(office)
    head, old = office.head(), office.epoch

    def fork(seq: int) -> bool:
        return office.read(lambda reader: epoch.is_fork(reader, seq))

    assert [fork(seq) for seq in (head, head + 1, head - 1)] == [False, True, False]
    life = begin(office, office.clock.now())
    assert [fork(head), fork(head + 1)] == [False, True]
    assert not fork(epoch.first_seq(life.no))
    assert fork(epoch.first_seq(life.no) + 1)
    assert fork(epoch.first_seq(old.no - 1))
    assert fork(epoch.first_seq(life.no + 1))


def test_standing_tells_fork_from_horizon_from_fine(office: Office) -> None:
    begin_case(office)
    head, life = office.head(), office.epoch

    def standing(cursor: int, hwm: int, held: Epoch | None) -> str:
        told = office.read(lambda reader: office.feed.standing(reader, cursor, hwm, held))
        return told if told == "ok" else told.reason

    assert standing(head, head, life) == "ok"
    assert standing(head, head, None) == "ok"
    assert standing(head - 1, head, life) == "ok"
    assert standing(head, head + 1, life) == "fork"
    assert standing(head, head, Epoch(life.no, life.tag + 1)) == "fork"
    assert standing(head, head, Epoch(life.no + 9, life.tag)) == "fork"
    office.write(
        lambda tx: tx.connection.exec_driver_sql(
            f"UPDATE sync_state SET v = {head} WHERE k = 'horizon'"
        )
    )
    assert standing(head - 1, head, life) == "horizon"
    assert standing(head, head, life) == "ok"
