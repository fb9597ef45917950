"""The item model: every edit as Qt wants it told, the selection kept, rows asked for when needed."""

from collections.abc import Hashable, Sequence
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication

from console.kernel.edits import Change, Edit, Insert, Remove, Reset, difference
from console.ui.rows import Rows, key_at, row_at
from tests.parts.edits import applied


def model(keys: Sequence[Hashable] = ()) -> Rows:
    """Rows that are their keys in capitals."""
    made = Rows(lambda key: str(key).upper(), lambda row: f"row {row}")
    tester = QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal, made
    )
    assert tester.model() is made
    made.apply([Reset(keys)])
    return made


def keys(of: Rows) -> list[Hashable]:
    return [key_at(of.index(n)) for n in range(of.rowCount())]


def test_each_edit_is_told_as_what_it_is(qapp: QApplication) -> None:
    rows = model("abc")
    spies = {
        name: QSignalSpy(getattr(rows, name))
        for name in ("rowsInserted", "rowsRemoved", "dataChanged", "modelReset")
    }
    rows.apply([Insert(1, ["x", "y"]), Remove(0), Change(2), Reset("q")])
    assert {name: spy.count() for name, spy in spies.items()} == dict.fromkeys(spies, 1)
    assert spies["rowsInserted"].at(0)[1:] == [1, 2]
    assert spies["rowsRemoved"].at(0)[1:] == [0, 0]
    assert spies["dataChanged"].at(0)[0].row() == 2
    assert (keys(rows), qapp is not None) == (["q"], True)


def test_what_is_painted_and_what_is_read_aloud(qapp: QApplication) -> None:
    rows = model("ab")
    index = rows.index(1)
    assert (row_at(index), key_at(index)) == ("B", "b")
    assert rows.data(index) == "row B"
    assert rows.data(index, Qt.ItemDataRole.AccessibleTextRole) == "row B"
    assert rows.data(index, Qt.ItemDataRole.DecorationRole) is None
    assert (row_at(QModelIndex()), key_at(QModelIndex())) == (None, None)
    assert (rows.data(QModelIndex()), rows.rowCount(index)) == (None, 0)
    assert (rows.key(-1), rows.key(2)) == (None, None)


def test_a_row_that_is_gone_meanwhile_paints_nothing(qapp: QApplication) -> None:
    rows = Rows({"a": "A"}.get, str)
    rows.apply([Reset("ab")])
    assert [rows.data(rows.index(n)) for n in (0, 1)] == ["A", None]


def test_nothing_to_insert_or_remove_is_not_told(qapp: QApplication) -> None:
    """Qt takes an empty range for a mistake of ours."""
    rows = model("ab")
    inserted, removed = QSignalSpy(rows.rowsInserted), QSignalSpy(rows.rowsRemoved)
    rows.apply([Insert(2, []), Remove(0, 0)])
    assert (inserted.count(), removed.count(), keys(rows)) == (0, 0, ["a", "b"])


def test_repainting_names_every_row_and_none_of_none(qapp: QApplication) -> None:
    rows = model()
    spy = QSignalSpy(rows.dataChanged)
    rows.repaint_all()
    assert spy.count() == 0
    rows.apply([Reset("abc")])
    rows.repaint_all()
    first, last = spy.at(0)[:2]
    assert (first.row(), last.row()) == (0, 2)


def test_many_rows_stand_where_they_were_put_in(qapp: QApplication) -> None:
    rows = model([-1, -2])
    rows.apply([Insert(1, range(10_000)), Remove(1, 9_990)])
    assert keys(rows) == [-1, *range(9_990, 10_000), -2]


def test_a_row_can_be_chosen_and_neither_edited_nor_dropped_upon(qapp: QApplication) -> None:
    rows, can = model("a"), Qt.ItemFlag
    wanted = can.ItemIsEnabled | can.ItemIsSelectable | can.ItemNeverHasChildren
    assert rows.flags(rows.index(0)) == wanted
    assert rows.flags(QModelIndex()) == can.NoItemFlags


names = st.lists(st.integers(0, 30), unique=True, max_size=12)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lists=st.lists(names, min_size=1, max_size=5))
def test_any_list_becomes_any_other_and_who_stays_is_followed(
    qapp: QApplication, lists: list[list[int]]
) -> None:
    rows = model(lists[0])
    for before, after in pairwise(lists):
        edits: list[Edit] = difference(before, after, set(after[:2]))
        held = [QPersistentModelIndex(rows.index(n)) for n in range(len(before))]
        rows.apply(edits)
        assert keys(rows) == after == applied(list(before), edits)
        for key, index in zip(before, held, strict=True):
            assert not index.isValid() or key_at(index) == key
