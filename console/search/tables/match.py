"""A query in the index's own language: every word quoted, so that nothing typed is an operator."""

from collections.abc import Mapping, Sequence

from console.search.model.query import Query
from console.search.model.words import Term

Expanded = Mapping[str, Sequence[str]]
"""For a begun word all words of the index that begin so; those not in it are looked up as begun."""


def match_of(query: Query, expanded: Expanded | None = None) -> str:
    """The expression of FTS5 for a query that has terms."""
    wanted = " AND ".join(_term(term, expanded or {}) for term in query.terms)
    unwanted = " OR ".join(_term(term, {}) for term in query.without)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def tsquery_of(query: Query) -> str:
    """The same for PostgreSQL's `to_tsquery`."""
    wanted = " & ".join(_followed(term) for term in query.terms)
    unwanted = " | ".join(_followed(term) for term in query.without)
    return f"({wanted}) & !({unwanted})" if unwanted else wanted


def _followed(term: Term) -> str:
    words = ["'" + word.replace("'", "''").replace("\\", "\\\\") + "'" for word in term.words]
    if term.begun:
        words[-1] += ":*"
    return "(" + " <-> ".join(words) + ")"


def _term(term: Term, expanded: Expanded) -> str:
    *front, last = term.words
    if not term.begun:
        return _phrase(term.words)
    known = expanded.get(last)
    if known is None:
        return _phrase(term.words) + " *"
    return "(" + " OR ".join(_phrase((*front, word)) for word in known or (last,)) + ")"


def _phrase(words: Sequence[str]) -> str:
    return '"' + " ".join(words).replace('"', '""') + '"'
