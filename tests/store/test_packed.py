"""Documents in the cache: packed small, read as they came, told from text, by any thread."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zstandard

from console.kernel.codec import encode
from console.kernel.ids import new_id
from console.store import sqlite
from console.store.packed import DICTIONARY_BYTES, DICTIONARY_ID, pack, plain, plain_text
from tests.parts.acts import AT

WORDS = "Guten Tag, die Lampe kam heute an, der Schirm hat aber einen Sprung. Danke, \u0645\u0631\u062d\u0628\u0627"


def message(body: str) -> bytes:
    return encode(
        {
            "conversation_id": new_id(),
            "pos": 3,
            "lane": "buyer",
            "author": "party",
            "author_id": new_id(),
            "body": body,
            "at": AT,
            "channel": "email",
            "of_a_newer_release": [1, {"kept": None}],
        }
    )


@pytest.mark.parametrize("body", ["", WORDS, WORDS * 2_000, '"\\\x00'])
def test_what_is_packed_comes_back_byte_for_byte(body: str) -> None:
    doc = message(body)
    assert plain(pack(doc)) == doc
    assert plain_text(pack(doc)) == doc.decode()


def test_a_message_takes_less_than_two_thirds_of_its_text() -> None:
    doc = message(WORDS)
    assert len(pack(doc)) * 3 < len(doc) * 2


def test_what_would_not_get_smaller_stays_text() -> None:
    assert pack(b"{}") == "{}"
    assert plain("{}") == "{}"
    assert plain_text(None) is None


def test_documents_as_they_come_and_of_caches_before_are_read_too() -> None:
    doc = message(WORDS)
    assert plain(doc) == doc
    assert plain(doc.decode()) == doc.decode()


def test_bytes_of_another_dictionary_are_no_document() -> None:
    samples = [message(f"{n} {WORDS[n:]}") * 2 for n in range(100)]
    other = zstandard.train_dictionary(1_024, samples, dict_id=DICTIONARY_ID + 1)
    packed = zstandard.ZstdCompressor(dict_data=other).compress(message(WORDS))
    with pytest.raises(zstandard.ZstdError, match="ictionary"):
        plain(packed)


def test_the_dictionary_is_as_large_as_said() -> None:
    frame = pack(message(WORDS))
    assert isinstance(frame, bytes)
    assert zstandard.get_frame_parameters(frame).dict_id == DICTIONARY_ID
    path = Path(__file__).parents[2] / "resources" / "documents.dict"
    assert path.stat().st_size == DICTIONARY_BYTES


def test_threads_pack_and_read_at_once() -> None:
    docs = [message(f"{n} {WORDS}") for n in range(400)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda doc: plain(pack(doc)), docs)) == docs


def test_sql_reads_into_packed_documents(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "x.db")
    connection.execute("CREATE TABLE t (doc TEXT)")
    connection.executemany("INSERT INTO t VALUES (?)", [(pack(message(WORDS)),), ("{}",), (None,)])
    told = connection.execute("SELECT json_extract(plain(doc), '$.body') FROM t").fetchall()
    assert told == [(WORDS,), (None,), (None,)]
    connection.close()
