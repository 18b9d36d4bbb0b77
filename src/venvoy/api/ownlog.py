"""The process' own log: one line per event, safe to print.

Values are written as JSON, so that nothing that came from outside can forge a line
or reach a terminal as an escape sequence. `venvoy up` talks to a person, so only
warnings reach its terminal and everything goes to `<data>/logs/controller.log`.
"""

import json
import logging
import sys
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from structlog.types import EventDict, Processor

from venvoy.config.settings import LogLevel

_FILE_BYTES = 10 * 1024 * 1024
_FILES = 3
_FIRST = ("timestamp", "level", "event")
_SHARED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def configure(level: LogLevel, file: Path) -> None:
    """Send this process' log to a file, and warnings to stderr too.

    Args:
        level: the weakest level that is kept.
        file: its directory must exist.

    Raises:
        OSError: the file cannot be opened.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    to_file = RotatingFileHandler(file, maxBytes=_FILE_BYTES, backupCount=_FILES, encoding="utf-8")
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [to_terminal, to_file]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _line],
    )
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(handlers=handlers, level=least, force=True)
    # These tell every statement and every step of a shutdown, under `info`.
    for chatty in ("alembic", "sqlalchemy", "aiosqlite", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, least))
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=False,
    )


def _line(_: object, __: str, event: EventDict) -> str:
    values: Mapping[str, Any] = dict(event)
    rest = [f"{key}={_value(value)}" for key, value in values.items() if key not in _FIRST]
    head = [str(values.get("timestamp", "")), str(values.get("level", ""))]
    return " ".join([*head, _value(values.get("event", "")), *rest])


def _value(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, default=str)
    bare = isinstance(value, str) and written[1:-1] == value and " " not in value
    return value if bare and isinstance(value, str) and value.isprintable() else written
