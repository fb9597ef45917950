"""The lines of a file to import, streamed out of a plain, gzip or zip file, and those set aside."""

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

from console.kernel.errors import Refused, Unusable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_RATIO = 200
"""A file that unpacks to more than this many times its size is a bomb, not a history."""
RATIO_FROM_BYTES = 64 * 1024 * 1024
_BUFFER_BYTES = 256 * 1024
_ENDINGS = (".json", ".jsonl", ".ndjson")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands in the file, its end included; numbers start at 1 in each member.

    A line longer than MAX_LINE_BYTES comes in pieces: all are `overlong`, all but the first `more`.
    """

    member: str
    number: int
    raw: bytes
    overlong: bool = False
    more: bool = False

    @property
    def name(self) -> str:
        """How people find it again."""
        return f"{self.member} line {self.number}" if self.member else f"line {self.number}"


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Lines:
    """A file's lines, read as they are asked for; `position` of `size` bytes on disk are read.

    Iterating raises Refused `unreadable` for a damaged, encrypted or absurdly packed file.
    """

    def __init__(self, path: Path, file: io.BufferedReader) -> None:
        self._path = path
        self._file = file
        self.size = os.fstat(file.fileno()).st_size
        self._unpacked = 0

    @property
    def position(self) -> int:
        """How far into the file on disk we are; of a pipe, how much came out of it."""
        return self._file.tell() if self._file.seekable() else self._unpacked

    def __iter__(self) -> Iterator[Line]:
        try:
            with ExitStack() as stack:
                for member, stream in self._streams(stack):
                    yield from self._lines(member, stream)
        except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise _unreadable(self._path, "is damaged") from error
        except io.UnsupportedOperation as error:
            raise _unreadable(self._path, "is a pipe, through which no zip can be read") from error
        except (NotImplementedError, RuntimeError) as error:  # what zipfile says of both
            raise _unreadable(self._path, "is encrypted or packed in an unknown way") from error

    def _streams(self, stack: ExitStack) -> Iterator[tuple[str, _Stream]]:
        magic = self._file.peek(2)
        if magic[:2] == b"\x1f\x8b":
            yield "", stack.enter_context(gzip.GzipFile(fileobj=self._file))
        elif magic[:2] == b"PK":
            archive = stack.enter_context(zipfile.ZipFile(self._file))
            members = _members(archive)
            if not members:
                raise _unreadable(self._path, "holds no .json or .jsonl file")
            for member in members:
                with archive.open(member) as stream:
                    yield member.filename if len(members) > 1 else "", stream
        else:
            yield "", self._file

    def _lines(self, member: str, stream: _Stream) -> Iterator[Line]:
        buffered = io.BufferedReader(_Raw(stream), _BUFFER_BYTES)
        number, more = 0, False
        while raw := buffered.readline(MAX_LINE_BYTES):
            self._unpacked += len(raw)
            if self._unpacked > RATIO_FROM_BYTES and self._unpacked > MAX_RATIO * self.position:
                raise _unreadable(self._path, f"unpacks to more than {MAX_RATIO} times its size")
            number += not more
            ended = raw.endswith(b"\n") or len(raw) < MAX_LINE_BYTES
            if more or not ended:
                yield Line(member, number, raw, overlong=True, more=more)
            elif number == 1 and raw.startswith(_BOM):
                yield Line(member, number, raw[len(_BOM) :])
            else:
                yield Line(member, number, raw)
            more = not ended


class _Raw(io.RawIOBase):
    """A stream that may give less than asked for, as the reader with the large buffer wants it."""

    def __init__(self, stream: _Stream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        room = memoryview(buffer)
        data = self._stream.read(len(room))
        room[: len(data)] = data
        return len(data)


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    files = [member for member in archive.infolist() if not member.is_dir()]
    if len(files) == 1:
        return files
    wanted = [member for member in files if member.filename.lower().endswith(_ENDINGS)]
    return [member for member in wanted if not member.filename.startswith("__MACOSX/")]


def _unreadable(path: Path, how: str) -> Refused:
    return Refused("unreadable", f"The file {path} {how}: nothing more of it can be imported.")


@contextmanager
def open_lines(path: Path) -> Iterator[Lines]:
    """The lines of a file. Raises Unusable when it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unusable("file", f"The file {path} cannot be read: {reason}.") from error
    with file:
        yield Lines(path, file)


class Aside:
    """`FILE.rejected`: lines that could not be imported, verbatim; made by the first of them.

    It is beside the file, or in the working folder when that one cannot be written.
    """

    def __init__(self, source: Path) -> None:
        self._places = (
            source.with_name(source.name + ".rejected"),
            Path.cwd() / (source.name + ".rejected"),
        )
        self._file: BinaryIO | None = None
        self._ended = True
        self.path: Path | None = None
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def put(self, line: Line) -> None:
        """Keep a line. Raises Unusable when it can be kept nowhere."""
        if self._file is None:
            self._file = self._open()
        if not line.more:
            self.count += 1
            if not self._ended:
                self._file.write(b"\n")
        self._file.write(line.raw)
        self._file.flush()
        self._ended = line.raw.endswith(b"\n")

    def _open(self) -> BinaryIO:
        for path in self._places:
            try:
                file = path.open("wb")
            except OSError:
                continue
            self.path = path
            return file
        text = f"Lines cannot be set aside: neither {self._places[0]} nor {self._places[1]} can be written."
        raise Unusable("aside", text)
