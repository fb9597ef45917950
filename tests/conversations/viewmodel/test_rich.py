"""A message as paragraphs: what markup becomes, what is folded, and to whom links really lead."""

import pytest

from console.conversations.model import Message
from console.conversations.viewmodel.rich import (
    MAX_BLOCKS,
    MAX_LINES,
    MAX_LINKS,
    MAX_WORD,
    PIECE,
    SHOWN_CHARS,
    Block,
    Prose,
    host_of,
    prose,
)
from console.kernel.ids import new_id
from tests.conversations.hostile.corpus import HEAVY, NAMES, PAYLOADS
from tests.parts.acts import AT


def shown(html: str = "", body: str = "", *, plain: bool = False, whole: bool = False) -> Prose:
    message = Message(
        id=new_id(), conversation_id=new_id(), pos=1, lane="buyer", author="party", body=body,
        at=AT, html=html,
    )  # fmt: skip
    return prose(message, plain=plain, whole=whole)


def test_a_mention_is_shown_under_todays_name_in_text_and_markup() -> None:
    named = (("@Ann", "@Ann Lee"), ("@Anna Bo", "@Anna <Bo>"))
    message = Message(
        id=new_id(), conversation_id=new_id(), pos=1, lane="internal", author="staff", at=AT,
        body="@Anna Bo, @Ann: @Annabel", html="<p><em>@Anna Bo</em>, @Ann: @Annabel</p>",
    )  # fmt: skip
    for plain in (True, False):
        (block,) = prose(message, named, plain=plain, whole=False).blocks
        assert block.text == "@Anna <Bo>, @Ann Lee: @Annabel"
        found = [block.text[s.start : s.end] for s in block.spans if s.named]
        assert found == ["@Anna <Bo>", "@Ann Lee"]


def texts(told: Prose) -> list[str]:
    return [block.text for block in told.blocks]


def styled(block: Block) -> list[tuple[str, str]]:
    """Which letters of a block look or lead how."""
    found = []
    for span in block.spans:
        looks = [name for name in ("bold", "italic", "code", "href") if getattr(span, name)]
        found.append((block.text[span.start : span.end], " ".join(looks)))
    return found


def test_paragraphs_lists_and_styles() -> None:
    told = shown(
        "<h2>Your order</h2><p>Dear <b>Ana <i>K</i></b>,<br>see <code>A-1</code></p>"
        "<ol><li>one<li>two<ul><li>inner</ul></ol><pre>  a\n  b</pre>"
    )
    assert texts(told) == [
        "Your order", "Dear Ana K,\nsee A-1", "1. one", "2. two", "• inner", "  a\n  b",
    ]  # fmt: skip
    assert [block.indent for block in told.blocks] == [0, 0, 1, 1, 2, 0]
    assert told.blocks[0].heading
    assert styled(told.blocks[1]) == [("Ana ", "bold"), ("K", "bold italic"), ("A-1", "code")]


def test_tables_become_lines() -> None:
    told = shown(
        "<table><tr><td><table><tr><th>Mug</th><td>2</td><td>25.00</td></tr>"
        "<tr><td></td><td>Shipping</td><td>4.90</td></tr></table></td></tr></table>"
    )
    assert texts(told) == ["Mug  ·  2  ·  25.00", "Shipping  ·  4.90"]


def test_pictures_are_counted_and_named_and_never_loaded() -> None:
    told = shown("<p>See <img src=http://evil.test/a alt='our logo'> <img src=cid:b></p>")
    assert (texts(told), told.pictures) == (["See our logo"], 2)


def test_what_is_quoted_at_the_end_is_folded() -> None:
    html = "<p>Yes.</p><blockquote><p>Is it?</p><blockquote>Before</blockquote></blockquote>"
    told = shown(html)
    assert (texts(told), told.quoted, told.folds) == (["Yes."], 2, True)
    whole = shown(html, whole=True)
    assert [(block.text, block.level) for block in whole.blocks] == [
        ("Yes.", 0), ("Is it?", 1), ("Before", 2),
    ]  # fmt: skip
    assert texts(shown("<blockquote>alone</blockquote>")) == ["alone"]
    assert shown("<p>a</p><blockquote>b</blockquote><p>c</p>").quoted == 0


def test_plain_words_are_folded_too() -> None:
    told = shown(body="Yes.\n\nOn 3 May 2026, Ana wrote:\n> Is it?\n> Ana")
    assert (texts(told), told.quoted) == (["Yes."], 3)
    assert texts(shown(body="Yes.\n\n> Is it?", whole=True)) == ["Yes.\n\n> Is it?"]


def test_long_messages_begin_with_their_beginning() -> None:
    told = shown(body="x" * SHOWN_CHARS + "yz")
    assert (sum(map(len, texts(told))), told.more) == (SHOWN_CHARS, 2)
    assert shown(body="x" * SHOWN_CHARS).more == 0
    assert shown(body="x" * SHOWN_CHARS + "yz", whole=True).more == 0
    told = shown("<p>" + "x" * 8_000 + "</p>" * 1 + "<p>" + "y" * 8_000 + "</p>")
    assert (sum(map(len, texts(told))), told.more) == (SHOWN_CHARS, 16_000 - SHOWN_CHARS)


def test_endless_words_are_laid_out_in_pieces_and_nothing_else_is() -> None:
    long = "W" * (MAX_WORD + 1)
    told = shown(body=f"{long} https://a.test/b\n{'V' * 2 * PIECE}", whole=True)
    assert [block.goes_on for block in told.blocks] == [False, True, True]
    assert texts(told) == [f"{long} https://a.test/b", *["V" * PIECE] * 2], "cut at the line's end"
    link = next(span for span in told.blocks[0].spans if span.href)
    assert told.blocks[0].text[link.start : link.end] == "https://a.test/b"
    usual = "A word after the other. " * PIECE
    assert texts(shown(body=usual, whole=True)) == [usual]
    rich = shown(f"<blockquote><b>{long * 2}</b> x</blockquote>")
    assert [(block.level, block.spans[0].bold) for block in rich.blocks] == [(1, True)] * 2


@pytest.mark.parametrize("html", ["", "<pre>{text}</pre>"])
def test_so_many_lines_are_shown_and_the_others_told_of(html: str) -> None:
    text = "x\n" * (MAX_LINES + 1) + "y"
    told = shown(html.format(text=text), text, whole=True)
    assert sum(block.text.count("\n") + 1 for block in told.blocks) == MAX_LINES
    assert told.unseen == 2
    assert shown(html.format(text="x"), "x", whole=True).unseen == 0


def test_markup_may_be_left_aside() -> None:
    assert texts(shown("<p>rich</p>", "plain", plain=True)) == ["plain"]
    assert texts(shown("", "plain")) == ["plain"]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://shop.test/a?b=c&d, thanks", ["https://shop.test/a?b=c&d"]),
        ("(http://shop.test/a)", ["http://shop.test/a"]),
        ("mailto:lena@mail.test.", ["mailto:lena@mail.test"]),
        ("file:///etc/passwd javascript:alert(1) ftp://x.test", []),
        ("https://evil\u202egnp.test", ["https://evil"]),
        ("http:// https:///x", []),
        ("http://[::1", []),
    ],
)
def test_addresses_in_plain_words_are_links(text: str, links: list[str]) -> None:
    (block,) = shown(body=text).blocks
    assert [span.href for span in block.spans] == links
    assert all(block.text[span.start : span.end] == span.href for span in block.spans)


def test_there_are_only_so_many_links_and_paragraphs() -> None:
    (block,) = shown(body="http://x.test/a " * 500, whole=True).blocks
    assert len(block.spans) == MAX_LINKS
    assert len(shown("<p>x</p>" * (MAX_BLOCKS + 50), whole=True).blocks) == MAX_BLOCKS


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://shop.test/a", "shop.test"),
        ("https://shop.test@evil.test/", "evil.test"),
        ("https://shop.test:443@evil.test:80/", "evil.test"),
        ("http://рау.test/", "xn--80a5ak.test"),
        ("mailto:lena@mail.test?subject=x", "lena@mail.test"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("https:///x", ""),
        ("http://" + "ü" * 300 + ".test", ""),
        ("", ""),
    ],
)
def test_whom_a_link_leads_to(href: str, host: str) -> None:
    assert host_of(href) == host


def test_a_link_of_markup_leads_where_it_says_whatever_it_reads() -> None:
    (block,) = shown("<a href='https://evil.test/x'>https://shop.test</a>").blocks
    assert [(block.text, span.href) for span in block.spans] == [
        ("https://shop.test", "https://evil.test/x")
    ]


@pytest.mark.parametrize("payload", [*PAYLOADS[::7], *HEAVY.values()])
def test_nothing_hostile_becomes_a_link_or_breaks(payload: str) -> None:
    told = shown(payload, "words")
    links = [span.href for block in told.blocks for span in block.spans if span.href]
    assert all(host_of(href) for href in links)
    assert all(span.end <= len(block.text) + 1 for block in told.blocks for span in block.spans)


@pytest.mark.parametrize("name", NAMES)
def test_markup_in_plain_words_is_words(name: str) -> None:
    assert texts(shown(body=name)) == [name.rstrip("\n")]
