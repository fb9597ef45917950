"""Lines come out of every kind of file as they stand in it, and absurd files are refused."""

import gzip
import zipfile
from pathlib import Path

import pytest

from console.kernel.errors import Refused, Unusable
from console.server.lines import MAX_LINE_BYTES, Aside, Line, open_lines

TEXT = b'{"a": 1}\n\n{"b": 2}'


def all_lines(path: Path) -> list[Line]:
    with open_lines(path) as lines:
        return list(lines)


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("kind", ["plain", "gzip", "zip"])
def test_every_kind_of_file_gives_the_same_lines(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file"
    if kind == "plain":
        path.write_bytes(TEXT)
    elif kind == "gzip":
        path.write_bytes(gzip.compress(TEXT))
    else:
        zipped(path, anything=TEXT)
    found = all_lines(path)
    assert [(line.number, line.raw) for line in found] == [
        (1, b'{"a": 1}\n'),
        (2, b"\n"),
        (3, b'{"b": 2}'),
    ]
    assert found[2].name == "line 3"


def test_a_zip_of_several_files_gives_those_with_json_in_them(tmp_path: Path) -> None:
    members = {
        "a.jsonl": b"1\n2\n",
        "b/c.JSON": b"3\n",
        "readme.txt": b"no",
        "__MACOSX/a.jsonl": b"",
    }
    path = zipped(tmp_path / "some.zip", **members)
    assert [line.name for line in all_lines(path)] == [
        "a.jsonl line 1",
        "a.jsonl line 2",
        "b/c.JSON line 1",
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "marked"
    path.write_bytes(b"\xef\xbb\xbf{}\n{}\n")
    assert [line.raw for line in all_lines(path)] == [b"{}\n", b"{}\n"]


def test_an_overlong_line_comes_in_pieces_and_the_next_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "long"
    long = b"x" * (2 * MAX_LINE_BYTES + 10) + b"\n"
    path.write_bytes(b"first\n" + long + b"last\n")
    found = all_lines(path)
    assert [(line.number, line.overlong, line.more) for line in found] == [
        (1, False, False),
        (2, True, False),
        (2, True, True),
        (2, True, True),
        (3, False, False),
    ]
    assert b"".join(line.raw for line in found[1:4]) == long


def test_a_line_of_just_the_limit_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b"x" * (MAX_LINE_BYTES - 1) + b"\nnext\n")
    assert [line.overlong for line in all_lines(path)] == [False, False]


def test_a_file_that_unpacks_absurdly_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", **{"a.jsonl": (b" " * 99 + b"\n") * 800_000})
    with pytest.raises(Refused, match="unpacks to more than 200 times its size"):
        all_lines(path)


def test_a_truncated_gzip_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(TEXT)[:-12])
    with pytest.raises(Refused, match="is damaged"):
        all_lines(path)


def test_a_zip_with_other_bytes_in_it_is_damaged(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", a=TEXT * 50)
    whole = path.read_bytes()
    path.write_bytes(whole[:45] + bytes(byte ^ 255 for byte in whole[45:55]) + whole[55:])
    with pytest.raises(Refused, match="is damaged"):
        all_lines(path)


def test_an_encrypted_zip_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", a=TEXT)
    whole = bytearray(path.read_bytes())
    whole[6] |= 1  # the flag "encrypted" in the local header
    whole[whole.index(b"PK\x01\x02") + 8] |= 1  # and in the central directory
    path.write_bytes(bytes(whole))
    with pytest.raises(Refused, match="is encrypted"):
        all_lines(path)


def test_a_zip_without_json_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"a.txt": b"x", "b.txt": b"y"})
    with pytest.raises(Refused, match=r"holds no \.json"):
        all_lines(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be read: No such file"):
        all_lines(tmp_path / "nope")


def test_position_ends_at_size(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(TEXT)
    with open_lines(path) as lines:
        assert lines.position == 0
        list(lines)
        assert lines.position == lines.size == len(TEXT)


def test_what_is_set_aside_stands_there_verbatim(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    with Aside(source) as aside:
        aside.put(Line("", 2, b"bad\xff\r\n"))
        aside.put(Line("", 4, b"long", overlong=True))
        aside.put(Line("", 4, b"er", overlong=True, more=True))
        aside.put(Line("", 5, b"last"))
    assert (tmp_path / "in.jsonl.rejected").read_bytes() == b"bad\xff\r\nlonger\nlast"
    assert aside.count == 3
    assert aside.path == tmp_path / "in.jsonl.rejected"


def test_nothing_set_aside_makes_no_file(tmp_path: Path) -> None:
    with Aside(tmp_path / "in.jsonl") as aside:
        pass
    assert aside.path is None
    assert not list(tmp_path.iterdir())


def test_where_the_folder_cannot_be_written_the_working_folder_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Aside(Path("/proc/in.jsonl")) as aside:
        aside.put(Line("", 1, b"bad\n"))
    assert aside.path == tmp_path / "in.jsonl.rejected"


def test_where_nothing_can_be_written_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/proc")
    with Aside(Path("/proc/in.jsonl")) as aside, pytest.raises(Unusable, match="can be written"):
        aside.put(Line("", 1, b"bad\n"))
