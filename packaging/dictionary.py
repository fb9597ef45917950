"""Make resources/documents.dict, by which caches compress their documents, of a sandbox's records.

Every cache is fetched anew by a release that has another dictionary: make it anew only for a gain.
"""

import random
import re
import tempfile
from pathlib import Path
from uuid import UUID

import zstandard

from console.catalog import catalog
from console.demo.fill import fill
from console.demo.marker import DATABASE
from console.store.engine import open_sqlite
from console.store.packed import DICTIONARY_BYTES, DICTIONARY_ID, LEVEL

TARGET = Path(__file__).resolve().parents[1] / "resources" / "documents.dict"
TRIES = 40
"""So many ways of choosing what is in it are tried: some ten seconds."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Silent:
    def begin(self, what: str, total: int) -> None:
        """See `Progress`."""

    def step(self, count: int) -> None:
        """See `Progress`."""

    def end(self) -> None:
        """See `Progress`."""


def samples() -> list[bytes]:
    """Every document of a sandbox, its ids replaced: those of one shop are found in no other."""
    rng = random.Random(1)  # noqa: S311 - makes samples, guards nothing

    def other(_: re.Match[str]) -> str:
        return str(UUID(int=rng.getrandbits(128)))

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "sandbox"
        fill(data, _Silent())
        database = open_sqlite(data / DATABASE)
        try:
            with database.reading() as reader:
                names = [table.table.name for table in catalog().tables.values()]
                rows = [
                    row for n in names for row in reader.rows(f"SELECT doc FROM {n} ORDER BY id")
                ]
        finally:
            database.close()
    return [_ID.sub(other, row[0]).encode() for row in rows]


def main() -> None:
    """Write the dictionary."""
    made = zstandard.train_dictionary(
        DICTIONARY_BYTES, samples(), dict_id=DICTIONARY_ID, level=LEVEL, steps=TRIES, threads=-1
    )
    TARGET.write_bytes(made.as_bytes())


if __name__ == "__main__":
    main()
