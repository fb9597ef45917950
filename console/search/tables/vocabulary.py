"""Which words of the index begin so: read off its own pages, as FTS5 has no short way to tell.

Asked through `fts5vocab` it walks through every place of a word to come to the next: a tenth of a
second behind a word that is in every other message. The pages of a segment say where a word
begins, and `search_words_idx` which page to look at. Their form is that of every FTS5 since 3.9,
https://sqlite.org/src/file/ext/fts5/fts5_index.c, and a test compares what is read with `fts5vocab`.
"""

from collections.abc import Iterator

from console.store.reader import Reader

PAGES_MOST = 96
"""So many pages are read for a begun word; where there are more, it has very many endings."""
_MAIN = b"0"
"""Stands before each word of the index itself; those of prefix indexes have other digits."""
_BEYOND = b"\xff"
"""Sorts behind every letter."""
_SEGMENT_BITS = 37


def beginning_with(reader: Reader, begun: str, most: int) -> list[str] | None:
    """The words of the index that begin so, ascending; None when they are more than `most`.

    A word may be among them that is in no document any more.
    """
    low = _MAIN + begun.encode()
    pages = reader.rows(_PAGES, low=low, high=low + _BEYOND)
    if len(pages) > PAGES_MOST:
        return None
    found: set[bytes] = set()
    for (block,) in pages:
        found.update(word for word in _words(block) if word.startswith(low))
        if len(found) > most:
            return None
    return sorted(word[1:].decode() for word in found)


_PAGES = f"""
    WITH RECURSIVE segments (s) AS (
      SELECT min(segid) FROM search_words_idx
      UNION ALL
      SELECT (SELECT min(segid) FROM search_words_idx WHERE segid > s) FROM segments
      WHERE s IS NOT NULL
    )
    SELECT d.block FROM segments CROSS JOIN search_words_idx i CROSS JOIN search_words_data d
    WHERE i.segid = s AND i.term < :high AND i.term >= (
      SELECT max(p.term) FROM search_words_idx p WHERE p.segid = s AND p.term <= :low)
    AND d.id = (s << {_SEGMENT_BITS}) + (i.pgno >> 1)
    LIMIT {PAGES_MOST + 1}
"""


def _words(page: bytes) -> Iterator[bytes]:
    """The words that begin on a page: each is told by how much of the one before it begins with."""
    at = int.from_bytes(page[2:4], "big")
    place, word = 0, b""
    while at < len(page):
        step, at = _number(page, at)
        first, place = not place, place + step
        kept, start = (0, place) if first else _number(page, place)
        size, start = _number(page, start)
        word = word[:kept] + page[start : start + size]
        yield word


def _number(page: bytes, at: int) -> tuple[int, int]:
    """The number that is written at a place, seven bits a byte, and the place behind it."""
    found = 0
    while True:
        byte, at = page[at], at + 1
        found = found << 7 | byte & 127
        if byte < 128:
            return found, at
