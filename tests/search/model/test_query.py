"""The search line: what it means, and that no line whatever breaks anything."""

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.kernel.tongue import tr
from console.search.model import query as language
from console.search.model.query import KEYS, MAX_TERMS, STATES, Filter, Query, Wanted, parse
from console.search.model.words import Term
from console.search.tables.match import match_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=2)))


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=NOW.tzinfo)


def told(query: Query) -> list[str]:
    return [tr(problem.sentence).format(**problem.values) for problem in query.problems]


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        ("", ()),
        ("   ", ()),
        ("parcel ", (Term(("parcel",)),)),
        ("parcel", (Term(("parcel",), begun=True),)),
        ("pa", (Term(("pa",)),)),
        ("Käse broken ", (Term(("kase",)), Term(("broken",)))),
        ('"never arrived"', (Term(("never", "arrived")),)),
        ('"never arrived', (Term(("never", "arrived"), begun=True),)),
        ("303-9182736 ", (Term(("303", "9182736")),)),
        ("#48213 ", (Term(("48213",)),)),
        ("包裹 ", (Term(("包", "裹")),)),
        ("https://shop.example/a ", (Term(("https", "shop", "example", "a")),)),
        ("error:404 ", (Term(("error", "404")),)),
        ('" "', ()),
        ("* ( ) AND ", (Term(("and",)),)),
    ],
)
def test_words_and_phrases(line: str, terms: tuple[Term, ...]) -> None:
    assert parse(line, NOW).terms == terms


def test_a_part_with_a_minus_is_left_out() -> None:
    query = parse('refund -seller -"no thanks" -is:solved ', NOW)
    assert query.terms == (Term(("refund",)),)
    assert query.without == (Term(("seller",)), Term(("no", "thanks")))
    assert query.filters == (Filter("is", "solved", without=True),)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from:Lena", Filter("from", "lena")),
        ('to:"Marta Rossi"', Filter("to", "marta rossi")),
        ("order:#303-91", Filter("order", "303-91")),
        ("tag:refund", Filter("tag", "refund")),
        ("TEAM:europe", Filter("team", "europe")),
        ("mentions:me", Filter("mentions", "me")),
        ("assignee:me", Filter("assignee", "me")),
        ("has:files", Filter("has", "attachment")),
        ("before:2026-03-31", Filter("before", "2026-03-31", at=at(2026, 3, 31))),
        ("after:2026-03-31", Filter("after", "2026-03-31", at=at(2026, 4, 1))),
        ("before:2026-03", Filter("before", "2026-03", at=at(2026, 3, 1))),
        ("after:2026-12", Filter("after", "2026-12", at=at(2027, 1, 1))),
        ("after:2025", Filter("after", "2025", at=at(2026, 1, 1))),
        ("before:today", Filter("before", "today", at=at(2026, 11, 23))),
        ("after:yesterday", Filter("after", "yesterday", at=at(2026, 11, 23))),
        ("before:7d", Filter("before", "7d", at=at(2026, 11, 16))),
        *((f"is:{state}", Filter("is", state)) for state in STATES),
    ],
)
def test_operators(line: str, found: Filter) -> None:
    query = parse(line, NOW)
    assert (query.filters, query.terms, query.problems) == ((found,), (), ())


@pytest.mark.parametrize(
    ("line", "name", "wanted"),
    [
        ("field:size=XL", "size", Wanted("=", "xl")),
        ("FIELD:Size:XL", "size", Wanted("=", "xl")),
        ('field:"Order size"=XL', "order size", Wanted("=", "xl")),
        ('field:"Order size=Extra large"', "order size", Wanted("=", "extra large")),
        ('field:size="Extra large"', "size", Wanted("=", "extra large")),
        ('field:"Order  size"="Extra  large"', "order size", Wanted("=", "extra large")),
        ("field:sum>=-12.5", "sum", Wanted(">=", "-12.5")),
        ("field:sum<100", "sum", Wanted("<", "100")),
        (
            "field:due>2026-11",
            "due",
            Wanted(">", "2026-11", (date(2026, 11, 1), date(2026, 12, 1))),
        ),
        (
            "field:due<=today",
            "due",
            Wanted("<=", "today", (date(2026, 11, 23), date(2026, 11, 24))),
        ),
        ("field:size", "size", None),
    ],
)
def test_a_custom_field_is_asked_for_by_its_name(
    line: str, name: str, wanted: Wanted | None
) -> None:
    for minus in ("", "-"):
        query = parse(f"{minus}{line} kettle", NOW)
        assert query.filters == (Filter("field", name, bool(minus), wanted=wanted),)
        assert ([term.words for term in query.terms], query.problems) == ([("kettle",)], ())


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("field:", 'field: needs something behind it, such as field:"order size"=xl.'),
        ("field:size= ", 'field: needs something behind it, such as field:"order size"=xl.'),
        ("from:", "from: needs something behind it, such as from:lena."),
        ("form:lena ", "form: is no operator. Did you mean from:?"),
        ("is:opne", "is:opne is not known. There are new, open, pending, hold, solved, closed,"),
        ("has:time", "has:time is not known. There is has:attachment."),
        ("before:soon", "before:soon is no date. Write a day (2026-03-31), a month"),
        ("after:2026-02-30", "after:2026-02-30 is no date."),
        ("after:9999", "after:9999 is no date."),
        ("-seller", "Add something to look for: -seller alone only says what to leave out."),
        ('say "so', "The quotation mark is not closed"),
        ("a " * 30, f"Only the first {MAX_TERMS} words are searched for."),
    ],
)
def test_what_is_not_understood_says_what_to_do_and_the_rest_is_searched(
    line: str, sentence: str
) -> None:
    query = parse(f"{line}", NOW)
    assert told(query)[0].startswith(sentence)
    beside = parse(f"kettle {line}", NOW)
    assert beside.terms[0] == Term(("kettle",))


def test_every_operator_has_an_example_that_is_understood() -> None:
    assert set(language.EXAMPLES) == set(KEYS)
    for key, example in language.EXAMPLES.items():
        query = parse(example, NOW)
        assert ([f.key for f in query.filters], query.problems) == ([key], ())


def _line() -> st.SearchStrategy[str]:
    pieces = st.one_of(
        st.text(max_size=12),
        st.sampled_from(['"', "-", ":", "*", "(", ")", "^", "+", "NEAR(", " AND ", " OR ", "NOT ", "{a}:"]),
        st.sampled_from([f"{key}:" for key in KEYS]),
    )  # fmt: skip
    return st.lists(pieces, max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(_line())
def test_no_line_breaks_the_parser_or_the_index(line: str) -> None:
    query = parse(line, datetime(2026, 1, 1, tzinfo=UTC))
    for problem in query.problems:
        assert problem.sentence.format(**problem.values)
    assert len(query.terms) + len(query.without) <= MAX_TERMS
    if query.terms:
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE VIRTUAL TABLE f USING fts5(words)")
        sql = "SELECT count(*) FROM f WHERE f MATCH ?"
        assert connection.execute(sql, (match_of(query),)).fetchone() == (0,)
        connection.close()
