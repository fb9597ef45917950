"""Whatever markup comes in, nothing but words, styles and honest links comes out, and soon."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from console.conversations import markup
from console.conversations.markup import MAX_DEPTH, MAX_HTML_CHARS, MAX_TOLD_CHARS, clean, words_of
from tests.conversations.hostile.corpus import HEAVY, PAYLOADS


class Seen(HTMLParser):
    """Every tag and attribute there is."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.hrefs: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]


def test_there_are_many_of_them() -> None:
    assert len(set(PAYLOADS)) >= 300


@pytest.mark.parametrize("payload", PAYLOADS)
def test_only_the_harmless_is_left(payload: str) -> None:
    cleaned = clean(payload)
    seen = Seen(cleaned)
    assert seen.tags <= markup.BLOCKS | markup._INLINE
    assert seen.attributes <= {("a", "href"), ("img", "alt")}
    assert {urlsplit(href).scheme for href in seen.hrefs} <= markup.SCHEMES
    assert "evil.test" not in cleaned
    assert "alert" not in words_of(cleaned) or "<script" not in cleaned
    assert clean(cleaned) == cleaned, "cleaning again changes nothing"


@pytest.mark.parametrize("name", HEAVY)
def test_limits_hold_whatever_is_sent(name: str) -> None:
    assert len(clean(HEAVY[name])) <= MAX_HTML_CHARS


@pytest.mark.parametrize("name", ["deep", "deep in tables", "deep formats", "deep, others closed"])
def test_what_is_nested_too_deep_is_left_to_its_words(name: str) -> None:
    assert clean(HEAVY[name]) == ""


def test_each_limit_is_where_it_says() -> None:
    assert "x" in clean("<div>" * MAX_DEPTH + "x")
    assert clean("<div>" * (MAX_DEPTH + 1) + "x") == ""
    assert len(clean("x" * MAX_HTML_CHARS)) == MAX_HTML_CHARS
    assert clean("x" * (MAX_HTML_CHARS + 1)) == ""
    hidden = "<!--" + "x" * (MAX_TOLD_CHARS - 8) + "-->"
    assert (clean(hidden + "y"), clean(hidden + "yz")) == ("y", "")
    link = "<a href='http://x.test/{}'>y</a>"
    assert "href" in clean(link.format("z" * (markup.MAX_TAG_CHARS - 40)))
    assert clean(link.format("z" * markup.MAX_TAG_CHARS)) == ""


def test_pictures_in_the_text_do_not_count_as_long_tags() -> None:
    assert clean(f"<p>a<img alt=b src='data:image/png;base64,{'A' * 50_000}'></p>") == (
        '<p>a<img alt="b"></p>'
    )


def test_real_mail_keeps_its_shape() -> None:
    told = (
        "<html><head><title>t</title><style>p{color:red}</style></head><body class=x>"
        "<p style='margin:0'>Dear <b>Ana</b>,</p><ul><li>one<li>two</ul>"
        "<a href='https://shop.test/a?b=c&amp;d' onclick='x()'>the <i>order</i></a>"
        "<table><tr><td>Mug</td><td>12.50</td></tr></table></body></html>"
    )
    assert clean(told) == (
        "<p>Dear <b>Ana</b>,</p><ul><li>one</li><li>two</li></ul>"
        '<a href="https://shop.test/a?b=c&amp;d">the <i>order</i></a>'
        "<table><tbody><tr><td>Mug</td><td>12.50</td></tr></tbody></table>"
    )
    assert words_of(clean(told)) == "Dear Ana,\n\none\n\ntwo\n\nthe order\n\n Mug 12.50"
