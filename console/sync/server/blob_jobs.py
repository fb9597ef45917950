"""Housekeeping of files: those that no record carries go at night, those of erased records at once."""

from console.sync.server import blobs, jobs
from console.sync.server.erasure import Erased
from console.sync.server.tx import Tx
from console.sync.server.worker import Bench, JobKind

_ERASED = "drop_erased_files"


async def collect_files(bench: Bench, _: str = "") -> None:
    """Delete what `blobs.collect` finds, in blocks."""
    while await bench.write(lambda tx: blobs.collect(tx, tx.at)) == blobs.COLLECTED_AT_ONCE:
        pass


def drop_erased(tx: Tx, event: Erased) -> None:
    """A record was erased that may have carried files: have their bytes deleted soon after."""
    carries = tx.catalog[event.kind].blobs
    if carries is not None and carries(event.record) and not tx.noted(_ERASED):
        tx.note(_ERASED, True)
        jobs.put(tx, _ERASED, "{}", tx.at)


JOBS = (
    JobKind("collect_files", collect_files, nightly=True),
    JobKind(_ERASED, collect_files),
)
