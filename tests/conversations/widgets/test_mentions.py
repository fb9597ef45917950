"""Colleagues named while one writes: picked, kept, dissolved by editing within them."""

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from console.conversations.model import Mention
from console.kernel import codec
from console.kernel.ids import new_id
from tests.conversations.widgets.test_composer import Box
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key = Qt.Key
BEN = Mention(UUID(int=7), "Ben Ode")
CARA = Mention(UUID(int=8), "Cara Lind")


@pytest.fixture
async def box(console: Console, theme, qtbot) -> Box:
    made = Box(console, theme, qtbot)
    made.composer.address("internal")
    return made


def caret(box: Box, place: int) -> None:
    cursor = box.widget.editor.textCursor()
    cursor.setPosition(place)
    box.widget.editor.setTextCursor(cursor)


async def test_a_picked_name_is_a_mention_and_words_around_it_are_not(box: Box) -> None:
    box.type("Ask ")
    box.widget.editor.mention(BEN)
    box.type("or ")
    box.widget.editor.mention(CARA)
    assert box.editor == "Ask @Ben Ode or @Cara Lind "
    assert box.composer.state.mentions == (BEN, CARA)
    caret(box, 12)
    box.type(", please,")
    assert box.editor == "Ask @Ben Ode, please, or @Cara Lind "
    assert box.composer.state.mentions == (BEN, CARA)
    caret(box, 4)
    box.type("x ")
    assert box.composer.state.mentions == (BEN, CARA)


@pytest.mark.parametrize("place", [5, 8, 11])
async def test_editing_within_dissolves_it(box: Box, place: int) -> None:
    box.type("Ask ")
    box.widget.editor.mention(BEN)
    caret(box, place)
    box.type("x")
    assert box.composer.state.mentions == ()
    box.type(" and more")
    assert box.composer.state.mentions == ()
    while box.widget.editor.document().isUndoAvailable() and box.editor != "Ask @Ben Ode ":
        box.widget.editor.undo()
    assert box.composer.state.mentions == (BEN,), "taken back, it is one again"


async def test_removing_a_letter_dissolves_it(box: Box) -> None:
    box.widget.editor.mention(BEN)
    caret(box, 8)
    box.press(Key.Key_Backspace)
    assert (box.editor, box.composer.state.mentions) == ("@Ben Od ", ())


async def test_a_draft_keeps_them_in_plain_and_formatted_text(box: Box, console: Console) -> None:
    box.widget.editor.mention(BEN)
    box.widget.editor.mention(CARA)
    assert console.local.drafts[box.ticket].draft.mentions == (
        (BEN.user_id, BEN.name), (CARA.user_id, CARA.name),
    )  # fmt: skip
    box.composer.open(new_id(), box.conversation)
    assert box.composer.state.mentions == ()
    box.composer.open(box.ticket, box.conversation)
    box.press(Key.Key_End)
    box.type("now")
    assert box.composer.state.mentions == (BEN, CARA)
    box.composer.format(rich=True)
    box.type("!")
    assert box.composer.state.mentions == (BEN, CARA)
    assert box.composer.state.html == "<p>@Ben Ode @Cara Lind now!</p>"


async def test_across_a_bold_word_it_stays_one(box: Box) -> None:
    box.composer.format(rich=True)
    box.widget.editor.mention(BEN)
    cursor = box.widget.editor.textCursor()
    cursor.setPosition(1)
    cursor.setPosition(4, QTextCursor.MoveMode.KeepAnchor)
    box.widget.editor.setTextCursor(cursor)
    box.widget.formatting.toggle("bold")
    assert box.composer.state.html == "<p>@<strong>Ben</strong> Ode </p>"
    assert box.composer.state.mentions == (BEN,)


async def test_a_note_carries_them_and_a_reply_does_not(box: Box, console: Console) -> None:
    box.composer.undo_s = 0
    named = Mention(console.ben.id, "Ben Ode")
    box.widget.editor.mention(named)
    await box.composer.send()
    box.composer.address("seller")
    box.widget.editor.mention(named)
    await box.composer.send()
    note, reply = (
        codec.decode(bytes(e.command.args), dict) for e in console.local.entries.values()
    )
    assert note["mentions"] == [{"user_id": str(console.ben.id), "name": "Ben Ode"}]
    assert "mentions" not in reply
