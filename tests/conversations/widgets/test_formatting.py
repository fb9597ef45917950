"""Formatted messages in the composer: by key, by bar, kept, pasted, sent; plain text on request."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QPushButton

from console.conversations import markup
from console.conversations.widgets import rich_text
from console.conversations.widgets.formatting import FORMATS, Formatting, address
from console.kernel import codec
from console.kernel.ids import new_id
from console.sync.records import Accepted
from tests.conversations.hostile.corpus import PAYLOADS
from tests.conversations.widgets.test_composer import Box
from tests.parts.console import Console

pytestmark = pytest.mark.anyio
Key, Mod = Qt.Key, Qt.KeyboardModifier
LIST = "<ul><li>one</li><li>two</li></ul>"


def round_trip(html: str) -> str:
    document = QTextDocument()
    rich_text.write(QTextCursor(document), html)
    return rich_text.read(document)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Hi <strong>you</strong></p><p></p><p>end <code>x</code></p>",
        f"<p>a</p>{LIST}<ol><li>a<br>b</li></ol><p>c</p>",
        '<p>see <a href="https://x.test/z?a=1&amp;b=2">here</a> &lt;b&gt; 📦</p>',
        "<blockquote><p>q</p><p>r</p></blockquote><p><strong><em>x</em></strong></p>",
        "<p></p>",
    ],
)
def test_what_is_written_here_survives_the_document_and_the_cleaner(
    html: str, qapp: object
) -> None:
    assert round_trip(html) == markup.own(html) == html


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("<meta><h1>Title</h1><div><div>x <b>b</b></div></div>",
         "<p><strong>Title</strong></p><p>x <strong>b</strong></p>"),
        ("<!--StartFragment--><p>one</p>\n<p>two</p>", "<p>one</p><p>two</p>"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "<p>1  2</p>"),
        ("<pre>a\n b</pre>", "<p><code>a<br> b</code></p>"),
        ("<ul><li><p>a</p><ul><li>n</li></ul></li></ul>", "<ul><li>a</li><li>n</li></ul>"),
        ("<a href='file:///etc/passwd'>x</a><a href='javascript:1'>y</a>", "<p>xy</p>"),
    ],
)  # fmt: skip
def test_what_comes_from_elsewhere_becomes_what_is_written_here(
    pasted: str, kept: str, qapp: object
) -> None:
    assert round_trip(pasted) == kept


def test_hostile_markup_becomes_nothing_but_our_tags(qapp: object) -> None:
    for payload in PAYLOADS:
        told = round_trip(payload)
        assert markup.own(told) == told
        assert "javascript" not in "".join(rich_hrefs(told))


def rich_hrefs(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split('href="')[1:]]


@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("shop.test/x", "https://shop.test/x"),
        (" http://a.test ", "http://a.test"),
        ("lena@mail.test", "mailto:lena@mail.test"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("nothing", ""),
        ("a b.test", ""),
        ("", ""),
    ],
)
def test_addresses_of_links(typed: str, href: str) -> None:
    assert address(typed) == href


# -- in the composer


class Rich(Box):
    """A composer that writes with formats."""

    @property
    def html(self) -> str:
        return self.composer.state.html

    @property
    def formats(self) -> Formatting:
        return self.widget.formatting

    def select(self, start: int, end: int) -> None:
        cursor = self.widget.editor.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.widget.editor.setTextCursor(cursor)

    def paste(self, html: str, text: str = "") -> None:
        mime = QMimeData()
        mime.setHtml(html)
        mime.setText(text)
        self.widget.editor.insertFromMimeData(mime)


@pytest.fixture
async def rich(console: Console, theme, qtbot) -> Rich:
    box = Rich(console, theme, qtbot)
    box.composer.format(rich=True)
    return box


async def test_letters_are_formatted_as_they_are_typed(rich: Rich) -> None:
    rich.type("Hello ")
    rich.formats.toggle("bold")
    rich.type("you")
    rich.formats.toggle("bold")
    rich.type(" there ")
    rich.formats.toggle("code")
    rich.type("x<y")
    assert rich.html == ("<p>Hello <strong>you</strong> there <code>x&lt;y</code></p>")
    assert rich.composer.state.text == "Hello you there x<y"
    rich.select(0, 9)
    rich.formats.toggle("italic")
    assert rich.html.startswith("<p><em>Hello </em><strong><em>you</em></strong> there")


async def test_lists_and_quotes_end_with_an_empty_line(rich: Rich) -> None:
    rich.formats.toggle("ul")
    rich.type("one")
    rich.press(Key.Key_Return)
    rich.type("two")
    rich.press(Key.Key_Return)
    rich.press(Key.Key_Return)
    rich.formats.toggle("quote")
    rich.type("said")
    rich.press(Key.Key_Return)
    rich.press(Key.Key_Backspace)
    rich.type("end")
    assert rich.html == f"{LIST}<blockquote><p>said</p></blockquote><p>end</p>"
    rich.widget.editor.selectAll()
    rich.formats.toggle("ol")
    assert rich.html == "<ol><li>one</li><li>two</li><li>said</li><li>end</li></ol>"
    rich.formats.toggle("ol")
    assert rich.html == "<p>one</p><p>two</p><p>said</p><p>end</p>"
    rich.widget.editor.undo()
    rich.widget.editor.undo()
    assert rich.html.startswith(LIST)


async def test_links_do_not_run_on(rich: Rich) -> None:
    rich.type("see page")
    rich.select(4, 8)
    assert rich.formats.link("shop.test/p")
    rich.type(" now")
    assert rich.html == '<p>see <a href="https://shop.test/p">page</a> now</p>'
    assert not rich.formats.link("javascript:1")
    rich.select(6, 6)
    assert rich.formats.has("link")
    rich.formats.toggle("link")
    assert rich.html == "<p>see page now</p>"


async def test_the_bar_shows_and_does_it(rich: Rich) -> None:
    rich.widget.format_wanted.connect(rich.formats.toggle)
    QApplication.processEvents()
    names = [tr.rstrip("…") for tr, _ in FORMATS.values()]
    buttons = {b.accessibleName(): b for b in rich.buttons()}
    assert set(names) <= set(buttons)
    buttons["Bold"].click()
    assert buttons["Bold"].isChecked()
    rich.type("x")
    assert rich.html == "<p><strong>x</strong></p>"
    rich.composer.format(rich=False)
    QApplication.processEvents()
    assert "Bold" not in {b.accessibleName() for b in rich.buttons()}


async def test_a_draft_keeps_formats_and_caret(rich: Rich, console: Console) -> None:
    rich.paste(f"<p>Hi <b>you</b></p>{LIST}")
    rich.select(3, 3)
    rich.widget.editor.insertPlainText("📦")
    html = rich.html
    kept = console.local.drafts[rich.ticket].draft
    assert (kept.html, kept.body, kept.caret) == (html, "Hi 📦you\none\ntwo", 5)
    rich.composer.open(new_id(), rich.conversation)
    assert rich.editor == ""
    rich.composer.open(rich.ticket, rich.conversation)
    assert rich.widget.editor.html == html == rich.html
    assert rich.widget.editor.textCursor().position() == 5
    assert not rich.widget.editor.document().isUndoAvailable()


async def test_plain_text_writes_lists_out_and_the_way_back_restores_them(rich: Rich) -> None:
    rich.paste(f"<p>Hi <b>you</b></p>{LIST}")
    html = rich.html
    rich.composer.format(rich=False)
    assert (rich.editor, rich.html) == ("Hi you\n- one\n- two", "")
    rich.composer.format(rich=True)
    assert rich.html == html
    rich.composer.format(rich=False)
    rich.type("!")
    rich.composer.format(rich=True)
    assert rich.html == "<p>Hi you</p><p>- one</p><p>- two!</p>"


async def test_plain_text_takes_no_formats_and_pasting_plain_neither(rich: Rich) -> None:
    QGuiApplication.clipboard().setText("copied <b>")
    rich.widget.editor.paste_plain()
    assert rich.html == "<p>copied &lt;b&gt;</p>"
    rich.composer.format(rich=False)
    rich.widget.editor.selectAll()
    rich.paste("<b>bold</b>", "bold")
    assert (rich.editor, rich.html, rich.composer.state.html) == ("bold", "", "")


async def test_pasted_markup_beyond_the_limit_comes_as_its_words(rich: Rich) -> None:
    rich.paste(f"<table><tr><td>{'x' * markup.MAX_TOLD_CHARS}</td></tr></table>", "words alone")
    assert (rich.editor, rich.html) == ("words alone", "<p>words alone</p>")


async def test_copying_within_keeps_formats(rich: Rich) -> None:
    rich.paste(f"<p>Hi <b>you</b></p>{LIST}")
    rich.widget.editor.selectAll()
    mime = rich.widget.editor.createMimeDataFromSelection()
    assert mime.text() == "Hi you\none\ntwo"
    rich.widget.editor.insertFromMimeData(mime)
    assert rich.html == f"<p>Hi <strong>you</strong></p>{LIST}"


async def test_it_is_sent_with_its_formats_and_reads_as_plain_text(
    rich: Rich, console: Console
) -> None:
    rich.composer.undo_s = 0
    rich.composer.address("seller")
    rich.paste(f"<p>Hi <b>you</b></p>{LIST}")
    await rich.composer.send()
    (entry,) = console.local.entries.values()
    told = codec.decode(bytes(entry.command.args), dict)
    assert told["body"] == "Hi you\n- one\n- two"
    assert told["html"] == f"<p>Hi <strong>you</strong></p>{LIST}"
    assert (rich.editor, rich.html) == ("", "")
    assert rich.composer.state.rich
    assert [type(outcome) for outcome in await console.push()] == [Accepted]


async def test_words_alone_are_sent_plain(rich: Rich, console: Console) -> None:
    rich.composer.undo_s = 0
    rich.composer.address("seller")
    rich.type("Hello")
    rich.press(Key.Key_Return)
    rich.type("you")
    await rich.composer.send()
    (entry,) = console.local.entries.values()
    told = codec.decode(bytes(entry.command.args), dict)
    assert (told["body"], "html" in told) == ("Hello\nyou", False)


async def test_beyond_the_limit_it_is_said_and_kept(rich: Rich, console: Console) -> None:
    rich.composer.address("seller")
    long = "x" * markup.MAX_HTML_CHARS
    rich.composer.rewrite(long, f"<p><strong>{long}</strong></p>")
    assert await rich.composer.send() is None
    assert rich.composer.state.problem == (
        "A formatted message has at most 60,000 characters: shorten it, or send plain text."
    )
    assert rich.editor == long
    assert console.local.entries == {}


async def test_a_message_taken_back_has_its_formats_again(rich: Rich, console: Console) -> None:
    rich.composer.undo_s = 10
    rich.composer.address("seller")
    rich.paste(f"<p>Hi <b>you</b></p>{LIST}")
    html = rich.html
    sent = await rich.composer.send()
    assert sent is not None
    rich.type("More")
    await rich.composer.undo_send(sent.cmd_id)
    assert rich.html == f"<p>More</p>{html}"
    assert rich.editor == "More\nHi you\none\ntwo"


async def test_the_toggle_is_a_button(rich: Rich) -> None:
    asked: list[bool] = []
    rich.widget.rich_wanted.connect(lambda: asked.append(True))
    (button,) = [
        b for b in rich.widget.findChildren(QPushButton)
        if b.accessibleName() == "Formatted message"
    ]  # fmt: skip
    assert button.isChecked()
    button.click()
    assert asked == [True]
