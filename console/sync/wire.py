"""Frames and bootstrap lines as they stand on the wire: JSON, compressed when large."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
import zstandard

from console.kernel.errors import Refused
from console.sync.asking import BOOT_CONTROL, BootLine
from console.sync.frames import COMPRESS_FROM_BYTES, ClientFrame, ServerFrame
from console.sync.records import Change

T = TypeVar("T")
ZSTD_LEVEL = 3
MAX_FRAME_BYTES = 16 * 1024 * 1024
"""What a server sends at most."""
MAX_ASKED_BYTES = 1024 * 1024
"""What a console sends at most, on its socket or as the body of a request."""

_encoder = msgspec.json.Encoder()
_client: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_server: msgspec.json.Decoder[ServerFrame] = msgspec.json.Decoder(ServerFrame)
_control: msgspec.json.Decoder[BootLine] = msgspec.json.Decoder(BootLine)
_row = msgspec.json.Decoder(Change)

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def pack(frame: ServerFrame | ClientFrame) -> str | bytes:
    """A frame as text, or zstd-compressed bytes from COMPRESS_FROM_BYTES on."""
    data = _encoder.encode(frame)
    if len(data) < COMPRESS_FROM_BYTES:
        return data.decode()
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data)


def unpack_client(data: str | bytes) -> ClientFrame:
    """What a console sent. Raises Refused `bad_frame`."""
    return _unpack(_client, data, MAX_ASKED_BYTES)


def unpack_server(data: str | bytes) -> ServerFrame:
    """What a server sent. Raises Refused `bad_frame`, also for a frame unknown to this version."""
    return _unpack(_server, data, MAX_FRAME_BYTES)


def _unpack(decoder: msgspec.json.Decoder[T], data: str | bytes, most: int) -> T:
    try:
        if isinstance(data, bytes):
            # The limit below holds only for a frame that does not say itself how large it is.
            if zstandard.frame_content_size(data) > most:
                raise Refused("bad_frame", f"A frame unpacks to more than {most:,} bytes.")
            data = zstandard.ZstdDecompressor().decompress(data, max_output_size=most)
        return decoder.decode(data)
    except (zstandard.ZstdError, *_UNREADABLE) as error:
        raise Refused("bad_frame", f"A frame was not understood: {error}") from error


def control_line(line: BootLine) -> bytes:
    """A control line of a bootstrap, without its newline."""
    return _encoder.encode(line)


class Lines:
    """The compressed stream of a bootstrap, taken apart: feed it bytes, get typed lines."""

    def __init__(self) -> None:
        self._inflate = zstandard.ZstdDecompressor().decompressobj()
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[BootLine | Change]:
        """The lines that are complete with `data`, in order. Raises Refused `bad_frame`."""
        try:
            *lines, self._rest = (self._rest + self._inflate.decompress(data)).split(b"\n")
            for line in lines:
                control = line.startswith(BOOT_CONTROL)
                yield _control.decode(line) if control else _row.decode(line)
        except (zstandard.ZstdError, msgspec.DecodeError) as error:
            raise Refused("bad_frame", f"A bootstrap line was not understood: {error}") from error


class Deflater:
    """Compresses a bootstrap as it is made; every `block` can be read without the next."""

    def __init__(self) -> None:
        self._deflate = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()

    def block(self, lines: Iterable[bytes]) -> bytes:
        """The compressed lines, each ended by a newline."""
        data = b"".join(line + b"\n" for line in lines)
        return self._deflate.compress(data) + self._deflate.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        """What closes the stream."""
        return self._deflate.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)
