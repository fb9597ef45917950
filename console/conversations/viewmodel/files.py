"""What the screen shows of a file: its name, how large it is, and how far it has come."""

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from console.conversations.model import Attachment, safe_name
from console.sync.blobs import PLAIN_TYPE
from console.sync.client import pipe
from console.sync.client.files import Pasted
from console.sync.client.local import Local
from console.sync.client.uploads import KeptFile

FileState = Literal["away", "waiting", "moving", "here", "failed"]
"""Not on this desk; wanted while the server cannot be reached; on its way; here; given up."""


@dataclass(frozen=True)
class FileItem:
    """A file beside words. `done` of `size` bytes are through; `problem` is why it failed.

    `up` says that it is on its way to the server, which is the other way round.
    """

    id: UUID
    name: str
    type: str
    size: int
    state: FileState
    done: int = 0
    problem: str = ""
    up: bool = False


def attached_file(local: Local, file: Attachment) -> FileItem:
    """A file of a message. Its name is made safe here too: servers are not trusted with it."""
    told = local.files.transfers.get(file.id)
    name = safe_name(file.name)
    kept = local.files.kept.get(file.id)
    if kept is not None and kept.held_by in local.entries:
        return sent_file(local, kept)
    state, done, problem = _down(local, file, told)
    return FileItem(file.id, name, file.type, file.size, state, done, problem)


def _down(local: Local, file: Attachment, told: pipe.Transfer | None) -> tuple[FileState, int, str]:
    if local.files.is_here(local.reader, file.id):
        return "here", file.size, ""
    if told is not None and told.way == "down" and told.problem:
        return "failed", 0, told.problem
    if not local.files.is_wanted(file.id):
        return "away", 0, ""
    done = told.done if told is not None and told.way == "down" else 0
    return ("moving" if is_online(local) else "waiting"), done, ""


def sent_file(local: Local, file: KeptFile) -> FileItem:
    """A file that goes with a draft, or with a message that is not through yet."""
    told = local.files.transfers.get(file.id)
    done = told.done if told is not None and told.way == "up" else 0
    problem = told.problem if told is not None and told.way == "up" else ""
    state: FileState = "waiting"
    if problem:
        state = "failed"
    elif done == file.size:
        state = "here"
    elif is_online(local):
        state = "moving"
    return FileItem(file.id, file.name, file.type, file.size, state, done, problem, up=True)


def is_online(local: Local) -> bool:
    """Whether files travel now."""
    return local.standing is not None and local.standing.mode in ("live", "catchup")


_PASTED = "%Y-%m-%d %H.%M.%S"
"""How what was pasted is named: by the time on this desk."""


def named(source: Path | Pasted, now: datetime) -> tuple[str, str]:
    """The name and type of what is attached; what was pasted without a name has the time for one."""
    if isinstance(source, Pasted):
        name = safe_name(source.name) if source.name else ""
        return name or f"{now.astimezone():{_PASTED}}{source.ending}", source.kind
    return safe_name(source.name), mimetypes.guess_type(source.name)[0] or PLAIN_TYPE
