"""Operations and their logs in the HTTP API."""

from datetime import datetime

from venvoy.domain.state import OperationKind, OperationState
from venvoy.wire.messages import LogLine, Progress
from venvoy.wire.problems import CauseView
from venvoy.wire.schemas import Output


class Operation(Output):
    """One piece of work, followed by its id.

    Attributes:
        python: version of the interpreter that it is about, where it is about one.
    """

    id: str
    kind: OperationKind
    state: OperationState
    environment: str | None
    node: str | None
    revision: int | None
    python: str | None = None
    step: str | None
    attempt: int = 1
    progress: Progress | None = None
    cause: CauseView | None = None
    requested_by: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


class LogPage(Output):
    """Lines of a log; `next` is the sequence to ask for next.

    Attributes:
        ended: no line will come after these.
        cut: how many lines were left out of the middle, 0 as a rule.
    """

    lines: list[LogLine]
    next: int
    ended: bool
    cut: int = 0
