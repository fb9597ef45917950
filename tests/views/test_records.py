"""Saved views on the wire: defaults stay off it, a later release's condition is kept."""

import pytest

from console.kernel import codec
from console.kernel.codec import write_record
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.views.model import Condition, SavedView
from console.views.records import VIEW, ChangeView, CreateView, ShareView


def test_a_view_survives_its_document() -> None:
    condition = Condition(field="tag", values=("late",), without=True)
    view = SavedView(
        id=new_id(), name="Late", audience="team", team_id=new_id(), owner_id=new_id(),
        conditions=(condition,), sort="oldest", columns=("number",), position=3, gone=True,
    )  # fmt: skip
    doc = write_record(view)
    assert VIEW.read(view.id, doc) == view
    assert b"icon" not in doc


def test_a_condition_of_a_later_release_is_kept() -> None:
    doc = '{"name":"x","conditions":[{"field":"mood","values":["sad"],"more":1}],"later":true}'
    assert VIEW.read(new_id(), doc).conditions[0].field == "mood"


def test_what_is_left_out_of_a_change_is_not_there() -> None:
    assert codec.decode("{}", ChangeView) == ChangeView()
    assert codec.decode('{"conditions":[]}', ChangeView).conditions == ()


@pytest.mark.parametrize(
    ("data", "kind"), [('{"name":"x","audience":"moon"}', CreateView), ("{}", ShareView)]
)
def test_what_nobody_can_be_is_refused(data: str, kind: type) -> None:
    with pytest.raises(Refused):
        codec.decode(data, kind)
