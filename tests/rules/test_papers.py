"""The papers tell the truth: the README's map of rooms, the release notes, the sync protocol."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from console import __version__
from console.conversations.records import SendReply
from console.server import rooms
from console.sync import asking, blobs, frames, records
from console.sync.client import downloads
from console.sync.server.blobs import KEPT_UNREFERENCED

ROOT = Path(__file__).resolve().parents[2]
SYNC = ROOT / "console" / "sync" / "README.md"


def test_the_readme_shows_the_rooms_as_they_are() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "roommap.py")]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("<!-- rooms -->")[2].partition("<!-- /rooms -->")[0].strip()
    assert shown == made, "run: python packaging/roommap.py --write"


def test_the_release_notes_begin_with_this_version() -> None:
    notes = (ROOT / "resources" / "release_notes.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\S+)", notes, re.MULTILINE)
    assert headings[0] == __version__


def test_every_frame_is_in_the_protocols_tables() -> None:
    text = SYNC.read_text(encoding="utf-8")
    shapes = (
        *get_args(frames.ServerFrame),
        *get_args(frames.ClientFrame),
        *get_args(asking.BootLine),
    )
    tags = {frame.__struct_config__.tag for frame in shapes}
    assert [tag for tag in sorted(tags) if f"`{tag}`" not in text] == []


def test_every_command_and_outcome_is_in_the_protocols_tables() -> None:
    text = SYNC.read_text(encoding="utf-8")
    outcomes = {outcome.__struct_config__.tag for outcome in get_args(records.Outcome)}
    names = set(rooms.dispatch().handlers) | outcomes
    assert SendReply.__name__ in names
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_the_numbers_in_the_protocol_are_those_of_the_code() -> None:
    text = SYNC.read_text(encoding="utf-8")
    for number in (
        f"{records.MAX_COMMANDS} commands",
        f"{records.MAX_COMMANDS_BYTES // 1024} KiB",
        f"{frames.MAX_UNACKED_CHANGES:,} changes",
        f"{frames.MAX_UNACKED_BYTES // 1024 // 1024} MiB",
        f"{frames.ACK_TIMEOUT_S:.0f} s",
        f"{frames.PING_INTERVAL_S:.0f} s",
        f"{asking.PAGE_ROWS:,} rows",
        f"`{frames.SUBPROTOCOL}`",
        f"{blobs.MAX_BLOB_BYTES // 1024 // 1024} MiB",
        f"`{blobs.BLOBS}`",
        f"{KEPT_UNREFERENCED.days} days",
        f"{downloads.CACHED_BYTES // 1024 // 1024} MiB",
        f"{downloads.CACHED_FILES} files",
    ):
        assert number in text, number
