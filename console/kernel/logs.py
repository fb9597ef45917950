"""Structured logs: JSON lines whose fields are allow-listed, so no secret or message text fits in.

Write `log.info("event_name", extra={"cmd": …})`. A field that is not in `FIELDS` is dropped.
"""

import json
import logging
import logging.handlers
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

FIELDS = frozenset(
    [
        "attempt",
        "blob",
        "bytes",
        "cause",
        "cmd",
        "code",
        "consoles",
        "count",
        "database",
        "device",
        "duration_ms",
        "epoch",
        "event",
        "frame",
        "from_seq",
        "head",
        "host",
        "kind",
        "lane",
        "line",
        "method",
        "mode",
        "node",
        "path",
        "pid",
        "pages",
        "port",
        "proto",
        "rate",
        "role",
        "rows",
        "scope",
        "scopes",
        "seconds",
        "seq",
        "session_id",
        "size",
        "status",
        "task",
        "threat",
        "ticket",
        "to_seq",
        "type",
        "url",
        "user",
        "verdict",
        "version",
    ]
)
_MAX_BYTES = 10 * 1024 * 1024
_KEPT_FILES = 5


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, event, allowed fields, and the trace of an error.

    Exception messages may quote user text, so only their type and code places are written.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if record.name.startswith("console") else record.getMessage(),
        }
        line.update((k, v) for k, v in record.__dict__.items() if k in FIELDS and v is not None)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["trace"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
        return json.dumps(line, default=str, ensure_ascii=False)


def log_to(folder: Path, name: str, *, stderr_level: int | None = logging.WARNING) -> Path:
    """Send all logs to `folder/name.log` (rotated, 5 × 10 MiB) and the worst to stderr.

    Returns the file's path. Replaces handlers set before. Library loggers speak from WARNING on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    file = logging.handlers.RotatingFileHandler(
        path, maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=True
    )
    file.setFormatter(JsonLines())
    handlers: list[logging.Handler] = [file]
    if stderr_level is not None:
        screen = logging.StreamHandler(sys.stderr)
        screen.setLevel(stderr_level)
        screen.setFormatter(JsonLines())
        handlers.append(screen)
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(logging.WARNING)
    logging.getLogger("console").setLevel(logging.INFO)
    return path
