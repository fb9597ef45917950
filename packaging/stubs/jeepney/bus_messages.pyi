from typing import Any

message_bus: Any
