"""Formats of a message with contact data covered: where it stands, where links lead, across tags."""

import pytest

from console.conversations import markup, shielding
from console.masking.model.contacts import KINDS
from console.masking.model.shield import Shield

SHIELD = Shield(kinds=KINDS, own=("desk.example",))


def shielded(html: str) -> tuple[str, str, tuple[str, ...]]:
    return shielding.shielded(markup.plain_of(html), html, SHIELD)


def test_what_has_none_stays_as_it_is() -> None:
    html = '<p>See <strong>this</strong> &amp; <a href="https://desk.example/x">that</a></p>'
    assert shielded(html) == (markup.plain_of(html), html, ())


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p><strong>lena@x.example</strong> now</p>", "<p><strong>•••• (e-mail address removed)</strong> now</p>"),
        ("<p>lena@<em>x.example</em> now</p>", "<p>•••• (e-mail address removed)<em></em> now</p>"),
        ('<p><a href="mailto:lena@x.example">lena@x.example</a>, <em>ok</em></p>', "<p>•••• (e-mail address removed), <em>ok</em></p>"),
        ('<p><a href="https://evil.example/a">click</a> <em>ok</em></p>', "<p>click •••• (link removed) <em>ok</em></p>"),
        ('<ul><li>a &lt; b</li><li>t.me/lena</li></ul>', "<ul><li>a &lt; b</li><li>•••• (messenger contact removed)</li></ul>"),
        ('<p><a href="mailto:lena%40x.example">me</a> <em>ok</em></p>', "<p>me •••• (e-mail address removed) <em>ok</em></p>"),
    ],
)  # fmt: skip
def test_it_is_covered_where_it_stands(html: str, wanted: str) -> None:
    body, covered, kinds = shielded(html)
    assert covered == wanted
    assert body == markup.plain_of(wanted)
    assert len(kinds) == 1


def test_where_nothing_but_words_is_left_there_are_no_formats() -> None:
    body, html, kinds = shielded('<p><a href="https://evil.example">https://evil.example</a></p>')
    assert (body, html, kinds) == ("•••• (link removed)", "", ("link",))


def test_hidden_targets_of_links_are_told() -> None:
    html = '<p><a href="https://evil.example/a">x</a> <a href="https://desk.example/">y</a></p>'
    assert shielding.hidden(html, SHIELD) == ["https://evil.example/a"]


def test_what_only_reads_as_one_is_covered_in_the_words() -> None:
    html = "<ol><li>x</li></ol><p><code>lena [</code>at] x.example</p>"
    body, _, kinds = shielded(html)
    assert "x.example" not in body
    assert kinds == ("email",)
