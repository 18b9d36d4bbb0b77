"""Whether a live prefix outlived what ended the last run of the agent.

Its files may be empty, or missing, if the power failed before they were flushed
(`venvoy.agent.flush`). Such a prefix gets the check that it got when it was built; one
that is known to be on the disk is believed, for checking it would take time at every
start.
"""

import sqlite3
from dataclasses import replace

from venvoy.agent import log
from venvoy.agent.build import Builder, Order
from venvoy.agent.causes import StepFailed
from venvoy.agent.journal import BuildRow
from venvoy.domain.cause import Step
from venvoy.domain.errors import VenvoyError
from venvoy.wire.messages import Progress

_DAMAGE = frozenset({"files-differ", "packages-differ", "interpreter-gone"})


async def survived(order: Order, row: BuildRow, builder: Builder) -> bool:
    """Check a live build unless its files are known to be on the disk.

    Args:
        order: of its environment; what the build itself holds is taken from `row`.

    Returns:
        False if it is not whole. True also if that cannot be found out, as without
        its lock: then it stays unflushed in the journal, and is checked another time.
    """
    if row.flushed:
        return True
    path = str(row.path)
    own = replace(order, lock=row.build.lock, python=row.build.python)
    try:
        await builder.verify(own, row, _Silent())
    except StepFailed as failure:
        code = failure.cause.code
        if code in _DAMAGE:
            evidence = failure.cause.evidence
            log.error("live-prefix-damaged", path=path, cause=code, evidence=evidence)
            return False
        log.warning("prefix-not-checked", path=path, reason=code)
    except (OSError, sqlite3.Error, VenvoyError) as error:
        log.warning("prefix-not-checked", path=path, reason=str(error))
    return True


class _Silent:
    """Nobody asked for this check, so no operation tells of it."""

    def step(self, step: Step) -> None:
        """See `build.Witness`."""

    def line(self, text: str) -> None:
        """See `build.Witness`."""

    def progress(self, progress: Progress) -> None:
        """See `build.Witness`."""

    def standstill(self, seconds: float) -> None:
        """See `build.Witness`."""

    def moving(self) -> None:
        """See `build.Witness`."""
