"""Files in the composer: kept with the draft, sent with the message, back with it, never lost."""

import asyncio
from pathlib import Path

import pytest

from console.conversations.records import SendReply
from console.conversations.viewmodel import composer as composer_module
from console.kernel import codec
from console.kernel.errors import Refused, Unavailable
from console.sync.blobs import PART_BYTES
from console.sync.client import files, pipe
from console.sync.client.outbox import Entry
from console.sync.records import Rejected, Result
from tests.conftest import Errors
from tests.conversations.viewmodel.test_composer import Writing
from tests.parts.blobs import noise
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


@pytest.fixture
async def writing(console: Console) -> Writing:
    """A case of Lena's about a seller's parcel; the seller wrote last."""
    case = console.case()
    case.hear("We sent it.", side="seller", name="Nordlicht Shop", email="shop@nord.test")
    console.pull()
    return Writing(console, case)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "desktop"
    made.mkdir()
    return made


def made(folder: Path, name: str, size: int = 900) -> Path:
    path = folder / name
    path.write_bytes(noise(size, len(name)))
    return path


def names(writing: Writing) -> list[str]:
    return [file.name for file in writing.composer.state.files]


async def test_files_go_with_the_message_and_only_with_it(writing: Writing, folder: Path) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "a.png"), made(folder, "b.pdf", PART_BYTES + 5)])
    assert names(writing) == ["a.png", "b.pdf"]
    writing.type("See these.")
    sent = await writing.send()
    assert (names(writing), writing.composer.state.text) == ([], "")
    (entry,) = console.local.waiting(writing.ticket)
    args = codec.decode(bytes(entry.command.args), SendReply)
    assert [(f.name, f.type, f.size) for f in args.attachments] == [
        ("a.png", "image/png", 900),
        ("b.pdf", "application/pdf", PART_BYTES + 5),
    ]
    assert entry.command.requires == tuple(file.id for file in args.attachments)
    assert {f.held_by for f in console.local.files.kept.values()} == {sent}
    assert console.local.drafts == {}


async def test_a_file_alone_is_a_message(writing: Writing, folder: Path) -> None:
    await writing.composer.attach([made(folder, "a.png")])
    assert await writing.send() is not None


async def test_drafts_keep_their_files_through_a_restart(writing: Writing, folder: Path) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "kept.png"), made(folder, "left-out.png")])
    await writing.composer.detach(writing.composer.state.files[1].id)
    (folder / "kept.png").unlink()
    await console.settled()
    await console.reopen()
    again = Writing(console, writing.case)
    assert names(again) == ["kept.png"]
    assert list(console.local.drafts) == [writing.ticket]
    assert await again.send() is not None
    assert len(console.local.files.kept) == 1


async def test_a_draft_of_files_alone_is_a_draft_until_they_are_left_out(
    writing: Writing, folder: Path
) -> None:
    await writing.composer.attach([made(folder, "a.png")])
    writing.type("x")
    writing.type("")
    assert list(writing.console.local.drafts) == [writing.ticket]
    await writing.composer.detach(writing.composer.state.files[0].id)
    assert writing.console.local.drafts == {}
    assert writing.console.local.files.kept == {}


async def test_files_stay_with_their_ticket(
    writing: Writing, console: Console, folder: Path
) -> None:
    other = console.case("Another", email="other@mail.test")
    console.pull()
    await writing.composer.attach([made(folder, "a.png")])
    elsewhere = Writing(console, other)
    assert names(elsewhere) == []
    writing.open()
    assert names(writing) == ["a.png"]


async def test_what_cannot_be_attached_is_told_and_the_rest_is(
    writing: Writing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BLOB_BYTES", 1000)
    wanted = [
        made(folder, "large.png", 1001), made(folder, "good.png", 1000), folder / "missing.png",
        made(folder, "empty.png", 0), folder,
    ]  # fmt: skip
    with pytest.raises(Refused) as first:
        await writing.composer.attach(wanted)
    assert first.value.code == "file_too_large"
    assert names(writing) == ["good.png"]
    codes = []
    for path in wanted[2:]:
        with pytest.raises(Refused) as refused:
            await writing.composer.attach([path])
        codes.append(refused.value.code)
        assert path.name in refused.value.message
    assert codes == ["file_unreadable", "empty_file", "file_unreadable"]


async def test_so_many_files_and_no_more(
    writing: Writing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composer_module, "MAX_ATTACHMENTS", 2)
    wanted = [made(folder, f"{n}.png") for n in range(3)]
    with pytest.raises(Refused) as refused:
        await writing.composer.attach(wanted)
    assert refused.value.code == "too_many_attachments"
    assert names(writing) == ["0.png", "1.png"]


async def test_a_full_disk_says_so_and_nothing_half_is_kept(
    writing: Writing, folder: Path, expected_errors: Errors
) -> None:
    expected_errors.expect("work_file_refused")
    local = writing.console.local
    (pages,) = local._work.execute("PRAGMA page_count").fetchone()
    local._work.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable):
        await writing.composer.attach([made(folder, "a.png", 500_000)])
    assert local.files.kept == {}
    assert local._work.execute("SELECT count(*) FROM blob_part").fetchone() == (0,)
    local._work.execute("PRAGMA max_page_count = 100000")
    await writing.composer.attach([made(folder, "a.png", 500_000)])
    assert names(writing) == ["a.png"]


async def test_what_is_typed_while_a_file_is_read_is_kept_with_it(
    writing: Writing, folder: Path
) -> None:
    attaching = asyncio.ensure_future(writing.composer.attach([made(folder, "a.png", 2_000_000)]))
    await asyncio.sleep(0)
    writing.type("typed meanwhile")
    await attaching
    await writing.console.settled()
    await writing.console.reopen()
    kept = writing.console.local.drafts[writing.ticket].draft
    assert kept.body == "typed meanwhile"


async def test_a_refused_message_keeps_its_files_for_another_try(
    writing: Writing, folder: Path
) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "a.png")])
    sent = await writing.send()
    assert sent is not None
    console.local.hear(pipe.Answered((Result(sent, Rejected("newer_reply")),)))
    (entry,) = console.local.waiting(writing.ticket)
    await console.local.retry(entry)
    (again,) = console.local.waiting(writing.ticket)
    assert again.command.requires == entry.command.requires
    assert {f.held_by for f in console.local.files.kept.values()} == {again.command.cmd_id}
    console.local.hear(pipe.Answered((Result(again.command.cmd_id, Rejected("denied")),)))
    await console.settled()
    (refused,) = console.local.waiting(writing.ticket)
    await console.local.discard(refused)
    await console.local.restore(refused)
    assert {f.held_by for f in console.local.files.kept.values()} == {again.command.cmd_id}
    await console.local.discard(refused)
    await console.reopen()
    assert console.local.files.kept == {}
    assert console.local._work.execute("SELECT count(*) FROM blob").fetchone() == (0,)


async def refused_with(writing: Writing, *paths: Path, text: str = "") -> Entry:
    """A message with files that the server refused."""
    await writing.composer.attach(paths)
    writing.type(text)
    sent = await writing.send()
    assert sent is not None
    writing.console.local.hear(pipe.Answered((Result(sent, Rejected("newer_reply")),)))
    await writing.console.settled()
    return writing.console.local.entries[sent]


async def test_a_refused_message_comes_back_with_its_files(writing: Writing, folder: Path) -> None:
    entry = await refused_with(writing, made(folder, "a.png"))
    await writing.composer.take_back(entry)
    assert names(writing) == ["a.png"]
    await writing.console.settled()
    await writing.console.reopen()
    again = Writing(writing.console, writing.case)
    assert names(again) == ["a.png"]
    assert await again.send() is not None
    (sent,) = writing.console.local.entries.values()
    assert sent.command.requires == entry.command.requires


async def test_files_of_two_messages_go_together_unless_they_are_too_many_or_to_another(
    writing: Writing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await refused_with(writing, made(folder, "a.png"), text="To the seller")
    await writing.composer.attach([made(folder, "b.png")])
    writing.composer.address("internal")
    with pytest.raises(Refused) as refused:
        await writing.composer.take_back(entry)
    assert refused.value.code == "other_draft"
    writing.composer.address("seller")
    monkeypatch.setattr(composer_module, "MAX_ATTACHMENTS", 1)
    with pytest.raises(Refused) as refused:
        await writing.composer.take_back(entry)
    assert refused.value.code == "too_many_attachments"
    monkeypatch.undo()
    await writing.composer.take_back(entry)
    assert (sorted(names(writing)), writing.composer.state.text) == (
        ["a.png", "b.png"], "To the seller",
    )  # fmt: skip


async def test_a_file_says_how_far_up_it_is(writing: Writing, folder: Path) -> None:
    console = writing.console
    await writing.composer.attach([made(folder, "a.png")])

    def state() -> tuple[str, int, str]:
        (file,) = writing.composer.state.files
        return file.state, file.done, file.problem

    (file,) = writing.composer.state.files
    assert state() == ("waiting", 0, "")
    console.stand("live")
    assert state() == ("moving", 0, "")
    console.local.hear(pipe.Transfer(file.id, "up", 300, 900))
    assert state() == ("moving", 300, "")
    console.local.hear(pipe.Transfer(file.id, "up", 900, 900))
    assert state() == ("here", 900, "")
    console.local.hear(pipe.Transfer(file.id, "up", 0, 0, "denied"))
    assert state() == ("failed", 0, "denied")
