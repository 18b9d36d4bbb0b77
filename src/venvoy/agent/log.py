"""The agent's own log: one JSON document a line on stderr.

On top of `logging` alone: what structured logging libraries bring along (terminals,
colours) costs an agent at rest a quarter of the memory that it may have.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from venvoy.domain.logtext import clean

_LOGGER = logging.getLogger("venvoy.agent")


def set_up(level: str) -> None:
    """Send this process' log to stderr.

    Args:
        level: of this agent's own lines; libraries are heard from `warning` on.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("venvoy").setLevel(level.upper())


def debug(event: str, **fields: object) -> None:
    """Log what helps to find a fault of the agent."""
    _LOGGER.debug(event, extra={"fields": fields})


def info(event: str, **fields: object) -> None:
    """Log what happens as it should."""
    _LOGGER.info(event, extra={"fields": fields})


def warning(event: str, **fields: object) -> None:
    """Log what should not happen and is coped with."""
    _LOGGER.warning(event, extra={"fields": fields})


def error(event: str, exception: BaseException | None = None, **fields: object) -> None:
    """Log what somebody should look at, with where it came from."""
    _LOGGER.error(event, exc_info=exception, extra={"fields": fields})


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        document: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": clean(record.getMessage()),
        }
        fields = getattr(record, "fields", None) or {}
        document |= {
            key: clean(value) if isinstance(value, str) else value for key, value in fields.items()
        }
        if record.exc_info:
            document["trace"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False, default=str)
