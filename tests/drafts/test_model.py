"""Which versions of a draft are kept beside it."""

from console.drafts.model import MAX_OTHERS, NOTHING, Version, distinct, draft_id
from console.kernel.ids import new_id
from tests.parts.acts import AT


def version(body: str, html: str = "") -> Version:
    return Version("buyer", body, AT, html)


def test_each_is_kept_once_and_none_that_says_the_same_or_nothing() -> None:
    told = [version(body) for body in ("a", "", "b", "a", "  ", "mine")]
    assert [v.body for v in distinct(told, but=("mine", ""))] == ["a", "b"]


def test_the_same_words_with_other_formats_are_another_version() -> None:
    told = [version("a"), version("a", "<p><em>a</em></p>"), version("a", "<p>a</p>")]
    found = distinct(told, but=("a", "<p>a</p>"))
    assert [v.html for v in found] == ["", "<p><em>a</em></p>"]


def test_only_the_newest_few_are_kept() -> None:
    told = [version(str(n)) for n in range(MAX_OTHERS + 2)]
    assert [v.body for v in distinct(told, but=NOTHING)] == [str(n) for n in range(MAX_OTHERS)]


def test_a_draft_is_one_persons_on_one_ticket() -> None:
    me, you, ticket = new_id(), new_id(), new_id()
    assert draft_id(me, ticket) == draft_id(me, ticket)
    assert len({draft_id(me, ticket), draft_id(you, ticket), draft_id(me, you)}) == 3
