"""The one tree of errors, ordered by what the caller can do about each.

ParleyError
├── Refused          the user can mend it: a code, a sentence, the fields at fault
│   ├── Denied       not allowed, or not there: never says which
│   │   └── SignedOut  nobody knows who asks: sign in
│   └── Unusable     this machine or installation cannot run Parley; the sentence says the mend
├── Unavailable      nothing is wrong with the request: try again after `retry_after_s`
└── Bug              our mistake: report it

Raise where the cause is known, catch only at edges: dispatch, session, worker, task, slot, CLI.
What travels to a screen is a value (`code`), worded there.
"""

from collections.abc import Mapping


class ParleyError(Exception):
    """Base of every error that Parley raises on purpose."""


class Refused(ParleyError):
    """The request cannot be done as asked, and whoever asked can change that.

    `code` is stable and translated at the screen; `message` is one plain English sentence for
    the command line and logs; `fields` names the inputs at fault and why.
    """

    def __init__(
        self, code: str, message: str = "", *, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.fields = dict(fields or {})


class Denied(Refused):
    """The actor may not do this, or the object does not exist for them."""

    def __init__(self, message: str = "You do not have access to this.") -> None:
        super().__init__("denied", message)


class SignedOut(Denied):
    """The request carries no session that is still good."""

    def __init__(self, message: str = "Sign in again.") -> None:
        super().__init__(message)
        self.code = "signed_out"


class Unusable(Refused):
    """Parley cannot run here as things are; `message` says in one sentence what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class Unavailable(ParleyError):
    """The other side cannot answer now; trying again later may work."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class Bug(ParleyError):
    """A state that our own code must never reach."""
