"""Frames: what a console says is taken strictly, what a server says tolerantly."""

from typing import get_args

import msgspec
import pytest
from msgspec import Struct

from console.kernel.ids import new_id
from console.sync.frames import Ack, Batch, ClientFrame, Hello, ServerFrame


@pytest.mark.parametrize("kind", get_args(ClientFrame), ids=lambda kind: kind.__name__)
def test_an_unknown_field_in_a_consoles_frame_is_refused(kind: type[Struct]) -> None:
    data = f'{{"t":"{kind.__struct_config__.tag}","sudo":1}}'
    with pytest.raises(msgspec.ValidationError, match="unknown field `sudo`"):
        msgspec.json.decode(data, type=kind)


def test_an_unknown_field_in_a_servers_frame_is_ignored() -> None:
    data = b'{"t":"batch","from_seq":1,"to_seq":2,"changes":[],"mood":"fine"}'
    assert msgspec.json.decode(data, type=ServerFrame) == Batch(1, 2, ())


def test_a_hello_of_the_version_before_names_no_marks() -> None:
    head = f'"proto":[1,1],"device":"{new_id()}","token":"x","cursor":0,"hwm":0'
    data = f'{{"t":"hello",{head},"epoch":null,"scopes":""}}'
    read = msgspec.json.decode(data, type=ClientFrame)
    assert isinstance(read, Hello)
    assert read.marks == ()


def test_a_place_in_the_log_has_room_for_every_epoch() -> None:
    last = Ack((1 << 63) - 1)
    assert msgspec.json.decode(msgspec.json.encode(last), type=ClientFrame) == last
