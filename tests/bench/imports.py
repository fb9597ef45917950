"""How fast conversations come in: the real file if it is beside the checkout, else made ones."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from console.kernel.codec import NIL
from tests.bench.data import Scale, conversations
from tests.bench.figures import Figure

REAL = Path(__file__).parents[3] / "shared" / "data" / "cucom_ecommerce.jsonl.zip"


def figures(folder: Path, scale: Scale) -> Iterator[Figure]:
    """`server.import`: messages a second through the real command line, file to durable."""
    source, messages = (REAL, 71_686) if REAL.exists() else _made(folder, scale)
    samples = []
    for run in range(3):
        data = folder / f"data-{run}"
        begun = time.perf_counter()
        asked = ["import", str(source), "--format", "turns", "--data", str(data)]
        subprocess.run([sys.executable, "-m", "console", *asked], check=True, capture_output=True)
        samples.append(messages / (time.perf_counter() - begun))
    limit = _limit(folder, messages)
    yield Figure("server.import", "messages/s", tuple(samples), limit, "≥ 5,000")


def _made(folder: Path, scale: Scale) -> tuple[Path, int]:
    path, messages = folder / "made.jsonl", 0
    with path.open("w") as file:
        for n, wish in enumerate(conversations(scale.tickets, [NIL])):
            turns = json.loads(bytes(wish.args))["turns"]
            messages += len(turns)
            told = [{"role": turn["author"], "content": turn["body"]} for turn in turns]
            file.write(json.dumps({"id": f"c{n}", "turns": told}) + "\n")
    return path, messages


def _limit(folder: Path, messages: int) -> float:
    """As many rows of that size through `executemany` into one table, synced once."""
    connection = sqlite3.connect(folder / "limit.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE m (id BLOB PRIMARY KEY, c BLOB, pos INTEGER, doc TEXT)")
    rows = [(n.to_bytes(16, "big"), b"c", n, "x" * 450) for n in range(messages)]
    begun = time.perf_counter()
    with connection:
        connection.executemany("INSERT INTO m VALUES (?, ?, ?, ?)", rows)
    spent = time.perf_counter() - begun
    connection.close()
    return messages / spent
