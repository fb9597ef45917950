"""Documents as the cache keeps them: compressed one by one, with a dictionary of what they share.

Half of a message of 300 characters is field names, ids and times. The dictionary, made by
`packaging/dictionary.py` of the sandbox's records, takes a document of 500 bytes to 220, in 4 µs; back in
1.5 µs. A document that would not get smaller is kept as text, so both kinds stand side by side.
"""

import threading
import zlib
from functools import cache
from typing import NamedTuple

import zstandard

from console.kernel.assets import asset

LEVEL = 3
DICTIONARY_BYTES = 16_384
DICTIONARY_ID = 32_769
"""The lowest number that zstd leaves to private use."""
FUNCTION = "plain"
"""What `plain` is called in the SQL of every SQLite connection of ours."""


class _Tools(NamedTuple):
    packer: zstandard.ZstdCompressor
    opener: zstandard.ZstdDecompressor


class _Local(threading.local):
    """Each thread's own tools: those of zstandard may not be used by two threads at once."""

    tools: _Tools | None = None


_local = _Local()


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    words = zstandard.ZstdCompressionDict(asset("documents.dict").read_bytes())
    words.precompute_compress(level=LEVEL)
    return words


def _tools() -> _Tools:
    if _local.tools is None:
        words = _dictionary()
        packer = zstandard.ZstdCompressor(level=LEVEL, dict_data=words)
        _local.tools = _Tools(packer, zstandard.ZstdDecompressor(dict_data=words))
    return _local.tools


def packing() -> int:
    """A number that differs when documents are packed with another dictionary."""
    return zlib.crc32(_dictionary().as_bytes())


def pack(doc: bytes) -> bytes | str:
    """A JSON document as the cache keeps it: compressed, or as text if that is no longer."""
    packed = _tools().packer.compress(doc)
    return packed if len(packed) < len(doc) else doc.decode()


def plain(doc: bytes | str) -> bytes | str:
    """The JSON of a document, packed or not.

    Raises zstandard.ZstdError for bytes that are neither JSON nor packed with this dictionary.
    """
    if isinstance(doc, str) or not doc.startswith(zstandard.FRAME_HEADER):
        return doc
    return _tools().opener.decompress(doc)


def plain_text(doc: bytes | str | None) -> str | None:
    """`plain` for SQL: SQLite takes bytes for JSON of another kind. NULL stays NULL."""
    if doc is None or isinstance(doc, str):
        return doc
    told = plain(doc)
    return told if isinstance(told, str) else told.decode()
