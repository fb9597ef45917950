"""Files in macros: brought, sent with the macro, here before they are used, copied into messages."""

from pathlib import Path

import pytest
from msgspec import structs

from console.conversations.model import Attachment
from console.kernel.errors import Refused
from console.kernel.ids import new_id
from console.macros.model import MAX_FILES, Content
from console.macros.records import MACRO, CreateMacro
from console.sync.records import Accepted
from console.sync.server import blobs
from tests.macros.viewmodel.test_editing import Desk
from tests.parts.acts import act
from tests.parts.blobs import Sample, put
from tests.parts.console import Console

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(console: Console) -> Desk:
    return Desk(console)


def terms(folder: Path, text: str = "Our terms") -> Path:
    made = folder / "terms.txt"
    made.write_text(text)
    return made


async def written(desk: Desk, folder: Path) -> Attachment:
    """A macro with a file, saved; the file."""
    desk.editing.new()
    desk.editing.change(Content(name="Terms", text="See the file."))
    await desk.editing.attach([terms(folder)])
    assert await desk.editing.save() is not None, desk.editing.problem
    (macro,) = desk.shelf.macros
    (file,) = macro.content.files
    return file


def uploaded(desk: Desk, file: Attachment) -> None:
    """What the engine does with a file of a command."""
    office, ana = desk.console.office, desk.console.actor()
    put(office, ana, Sample(b"Our terms", file.name, file.type, file.id))


async def test_a_file_goes_up_with_its_macro_and_is_copied_into_a_message(
    desk: Desk, tmp_path: Path
) -> None:
    file = await written(desk, tmp_path)
    assert (file.name, file.type, file.size) == ("terms.txt", "text/plain", 9)
    (entry,) = desk.console.local.entries.values()
    assert entry.command.requires == (file.id,)
    assert desk.console.local.files.kept[file.id].held_by == entry.command.cmd_id
    (copy,) = await desk.editing.files.for_message(desk.shelf.macros[0])
    assert (copy.read(), copy.name, copy.kind) == (b"Our terms", "terms.txt", "text/plain")
    uploaded(desk, file)
    assert [type(outcome) for outcome in await desk.console.push()] == [Accepted]
    stored = desk.console.office.record(MACRO, desk.shelf.macros[0].id)
    assert stored.content.files == (file,)


async def test_it_is_kept_over_a_restart(desk: Desk, tmp_path: Path) -> None:
    file = await written(desk, tmp_path)
    await desk.console.reopen()
    again = Desk(desk.console)
    (copy,) = await again.editing.files.for_message(again.shelf.macros[0])
    assert copy.read() == b"Our terms"
    assert again.shelf.macros[0].content.files == (file,)


async def test_it_can_be_left_out_again(desk: Desk, tmp_path: Path) -> None:
    file = await written(desk, tmp_path)
    desk.editing.detach(file.id)
    assert desk.editing.unsaved
    await desk.editing.save()
    assert desk.shelf.macros[0].content.files == ()


async def test_what_cannot_be_read_is_refused_and_changes_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    desk.editing.new()
    desk.editing.change(Content(name="Terms", text="See."))
    with pytest.raises(Refused, match=r"terms\.txt is empty"):
        await desk.editing.attach([terms(tmp_path, "")])
    assert desk.editing.content == Content(name="Terms", text="See.")


async def test_too_many_files_are_told_in_words(desk: Desk, tmp_path: Path) -> None:
    desk.editing.new()
    desk.editing.change(Content(name="Terms", text="See."))
    await desk.editing.attach([terms(tmp_path)] * (MAX_FILES + 1))
    assert await desk.editing.save() is None
    assert desk.editing.problem == "A macro has at most 10 files: take one out."
    content = desk.editing.content
    assert content is not None
    desk.editing.detach(content.files[0].id)
    assert await desk.editing.save() is not None


async def test_one_that_was_never_saved_is_said_to_be_gone_after_a_restart(
    desk: Desk, tmp_path: Path
) -> None:
    desk.editing.new()
    desk.editing.change(Content(name="Terms", text="See the file."))
    await desk.editing.attach([terms(tmp_path)])
    await desk.console.reopen()
    again = Desk(desk.console)
    assert await again.editing.save() is None
    assert again.editing.problem == "terms.txt · The file is not here any more."
    assert again.console.local.entries == {}
    content = again.editing.content
    assert content is not None
    again.editing.detach(content.files[0].id)
    await again.editing.attach([terms(tmp_path)])
    assert await again.editing.save() is not None


async def test_a_deleted_macro_comes_back_with_its_file(desk: Desk, tmp_path: Path) -> None:
    file = await written(desk, tmp_path)
    uploaded(desk, file)
    await desk.console.push()
    done = await desk.editing.delete()
    assert done is not None
    assert done.undo is not None
    await done.undo()
    (macro,) = desk.shelf.macros
    (fresh,) = macro.content.files
    assert fresh.id != file.id
    assert structs.replace(fresh, id=file.id) == file


async def test_a_colleagues_file_is_asked_for_before_it_is_used(desk: Desk) -> None:
    console = desk.console
    boss = console.actor(console.cara)
    file = put(console.office, boss, Sample(b"Our terms", "terms.txt", "text/plain")).attachment
    content = Content(name="Terms", text="x", sharing="everybody", files=(file,))
    told = act(new_id(), CreateMacro(content=content))
    assert isinstance(console.office.run(boss, told), Accepted)
    console.pull()
    assert console.local.files.is_wanted(file.id), "it is fetched before anybody uses it"
    with pytest.raises(Refused, match="not on this computer yet"):
        await desk.editing.files.for_message(desk.shelf.macros[0])


async def test_nobody_attaches_a_file_that_is_not_theirs(desk: Desk) -> None:
    console = desk.console
    sample_id = new_id()
    file = Attachment(sample_id, "x.txt", "text/plain", 0, "")
    told = act(new_id(), CreateMacro(content=Content(name="T", text="x", files=(file,))))
    outcome = console.office.run(console.actor(), told)
    assert getattr(outcome, "code", "") == "attachment_missing"
    assert console.office.read(lambda r: blobs.find(r, sample_id)) is None
