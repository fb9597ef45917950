"""The edge of the command line: an error becomes one plain sentence, ours is written down first."""

import sys

from console.cli.surroundings import log_folder
from console.kernel.errors import Bug, ParleyError, Refused, Unavailable, Unusable

FAILED_CODE = 1


def sentence(error: Exception) -> str:
    """What to tell of an error; one that is ours is written to the log first."""
    match error:
        case Bug():
            return _written_down(error)
        case Refused() | Unavailable():
            return error.message
        case ParleyError():
            return str(error)
        case OSError():
            return _os_sentence(error)
        case _:
            return _written_down(error)


def unheard() -> int:
    """Whoever read our output has gone (`parley status | head`): nothing is wrong, say nothing."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED_CODE


def part_missing(error: ModuleNotFoundError, extra: str) -> Exception:
    """The error to raise for an import that failed: what to install, unless it is a part of ours."""
    if (error.name or "").startswith("console"):
        return error
    text = f"This installation lacks {error.name}: install parley-console[{extra}]."
    return Unusable("part_missing", text)


def _os_sentence(error: OSError) -> str:
    reason = error.strerror or str(error)
    subject = f"{error.filename} cannot be used" if error.filename else "The system refused"
    return f"{subject}: {reason}."


def _written_down(error: BaseException) -> str:
    """The sentence for an error of ours, after writing it to the log in use or to our own."""
    import logging
    from pathlib import Path

    from console.kernel.logs import log_to

    name = type(error).__name__
    files = [h for h in logging.getLogger().handlers if isinstance(h, logging.FileHandler)]
    try:
        path = Path(files[0].baseFilename) if files else log_to(log_folder(), "parley")
        path.open("a").close()
        _silence_screen()
        logging.getLogger(__name__).critical("command_failed", exc_info=error)
    except OSError:
        return f"Parley itself failed ({name}), and its log cannot be written."
    return f"Parley itself failed ({name}): please report it with {path}."


def _silence_screen() -> None:
    import logging

    root = logging.getLogger()
    root.handlers[:] = [h for h in root.handlers if isinstance(h, logging.FileHandler)]
