"""How the link to the server is, in one word."""

from typing import Literal

Mode = Literal[
    "offline", "connecting", "loading", "catchup", "live", "signed_out", "outdated", "stuck"
]
"""How the link is; `stuck` when this computer's disk does not take what the server sends."""
