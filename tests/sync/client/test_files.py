"""Files at the console: saved whole or not at all, wanted until they are here, read with care."""

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.sync.blobs import PART_BYTES
from console.sync.client import files, pipe
from console.sync.client.files import read_whole
from console.sync.client.freight import Download
from console.sync.client.scratch import Draft
from console.sync.client.uploads import KeptFile
from tests.parts.acts import AT
from tests.parts.blobs import Sample, noise, put
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


async def fetched(console: Console, file: Sample) -> Sample:
    """A file of a message, in the cache."""
    put(console.office, console.shop, file)
    case = console.case(attachments=(file.attachment,))
    console.pull()
    (row,) = console.office.rows(
        "SELECT id FROM messages WHERE conversation_id = :c", c=case.conversation_id.bytes
    )
    cache = console.replica.files
    cache.begin(Download(file.id, "message", type(file.id)(bytes=bytes(row[0]))))
    for start in range(0, len(file.data), PART_BYTES):
        cache.add(file.id, file.data[start : start + PART_BYTES])
    cache.finish(file.id)
    return file


async def attached(console: Console, tmp_path: Path, data: bytes) -> KeptFile:
    source = tmp_path / "mine.bin"
    source.write_bytes(data)
    draft = Draft(to="buyer", body="")
    return await console.local.files.attach(
        source, "mine.bin", "text/plain", new_id(), lambda: draft, AT
    )


# -- saving


async def test_what_was_fetched_is_saved_as_it_was(console: Console, tmp_path: Path) -> None:
    file = await fetched(console, Sample(noise(2 * PART_BYTES + 9)))
    target = tmp_path / "saved.png"
    target.write_bytes(b"what was there before")
    await console.local.files.save(file.attachment, target)
    assert target.read_bytes() == file.data
    mask = os.umask(0)
    os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~mask
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".parley")]


async def test_what_one_attached_is_saved_without_a_server(
    console: Console, tmp_path: Path
) -> None:
    data = noise(PART_BYTES + 9)
    kept = await attached(console, tmp_path, data)
    assert console.local.files.is_here(console.local.reader, kept.id)
    await console.local.files.save(kept, tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == data


@pytest.mark.parametrize("what", ["damaged", "gone", "no folder", "a folder"])
async def test_what_cannot_be_saved_leaves_everything_as_it_was(
    console: Console, tmp_path: Path, what: str
) -> None:
    file = await fetched(console, Sample(noise(900)))
    target, told = tmp_path / "saved.png", file.attachment
    target.write_bytes(b"before")
    code = "cannot_save"
    if what == "damaged":
        told, code = structs.replace(told, sha256="0" * 64), "hash_mismatch"
    elif what == "gone":
        told, code = structs.replace(told, id=new_id()), "file_gone"
    elif what == "no folder":
        target = tmp_path / "nowhere" / "saved.png"
    else:
        target = tmp_path
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(Refused) as refused:
        await console.local.files.save(told, target)
    assert refused.value.code == code
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "saved.png").read_bytes() == b"before"


# -- fetching


async def test_what_is_wanted_is_asked_for_until_it_is_here(console: Console) -> None:
    said: list[pipe.ToEngine] = []
    changed: list[Any] = []
    known = console.local.files
    known.tell = said.append
    known.changed.connect(changed.append)
    blob, record = new_id(), new_id()
    known.fetch("message", record, blob)
    assert said == [pipe.FetchFile(blob, "message", record)]
    console.local.hear(pipe.Opened(usable=True))
    assert said == [pipe.FetchFile(blob, "message", record)] * 2, "another engine hears it too"
    console.local.hear(pipe.Transfer(blob, "down", 3, 9))
    assert known.is_wanted(blob)
    console.local.hear(pipe.Transfer(blob, "down", 9, 9))
    assert not known.is_wanted(blob)
    console.local.hear(pipe.Opened(usable=True))
    assert len(said) == 2
    assert changed == [blob] * 3


async def test_what_failed_is_wanted_no_more(console: Console) -> None:
    blob = new_id()
    console.local.files.fetch("message", new_id(), blob)
    console.local.hear(pipe.Transfer(blob, "down", 0, 0, "no_file"))
    assert not console.local.files.is_wanted(blob)


async def test_a_cache_of_an_older_release_has_no_files(console: Console) -> None:
    with console.replica._database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE blob")
    assert not console.local.files.is_here(console.local.reader, new_id())
    assert not console.local.files.is_here(None, new_id())


# -- reading


def test_only_whole_small_enough_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BLOB_BYTES", 100)
    good, large, empty = (tmp_path / name for name in ("good", "large", "empty"))
    good.write_bytes(noise(100))
    large.write_bytes(noise(101))
    empty.touch()
    assert read_whole(good) == noise(100)
    pipe_ = tmp_path / "pipe"
    os.mkfifo(pipe_)
    for path, code in (
        (large, "file_too_large"),
        (empty, "empty_file"),
        (tmp_path, "file_unreadable"),
        (tmp_path / "missing", "file_unreadable"),
        (pipe_, "file_unreadable"),
    ):
        with pytest.raises(Refused) as refused:
            read_whole(path)
        assert refused.value.code == code
        assert path.name in refused.value.message
