"""Warnings that a node can cause, at most one a minute of each kind and node.

A node that is broken or hostile may send nonsense as fast as the network takes it; a
log line for each would fill the controller's disk. What is not written is counted,
and the next line tells how often it happened since the one before.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import structlog

_EVERY_S = 60.0
_KEPT = 4_096
"""Kinds and nodes that are remembered; the one that was quiet longest is forgotten."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Told:
    at: float
    since: int = 0


class Complaints:
    """Writes and withholds warnings.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._told: OrderedDict[tuple[str, str], _Told] = OrderedDict()

    def warn(self, kind: str, node: str, **details: object) -> None:
        """Log a warning, or count it where its like was logged within the minute.

        Args:
            kind: kebab-case, as in every log line.
            node: id of the node that caused it.
            details: of this one case.
        """
        now = self._clock()
        told = self._told.get((kind, node))
        if told is not None and now - told.at < _EVERY_S:
            told.since += 1
            return
        count = 1 if told is None else told.since + 1
        self._told[kind, node] = _Told(now)
        self._told.move_to_end((kind, node))
        if len(self._told) > _KEPT:
            self._told.popitem(last=False)
        _log.warning(kind, node=node, count=count, **details)
