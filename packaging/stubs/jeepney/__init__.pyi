from enum import Enum
from typing import Any

class HeaderFields(Enum):
    member = 3

class Header:
    fields: dict[HeaderFields, Any]

class Message:
    header: Header
    body: tuple[Any, ...]

class MatchRule:
    def __init__(
        self,
        *,
        type: str,  # noqa: A002 - as the library has it
        interface: str,
        path: str,
        member: str | None = None,
        sender: str | None = None,
    ) -> None: ...

class DBusAddress:
    def __init__(self, object_path: str, bus_name: str, interface: str) -> None: ...

def new_method_call(
    remote_obj: DBusAddress, method: str, signature: str, body: tuple[Any, ...]
) -> Message: ...
