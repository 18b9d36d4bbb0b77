"""What is shown of running use: which processes work with which revision, where."""

from datetime import datetime

from venvoy.domain.state import NodeState
from venvoy.wire.schemas import Output

MOST_SHOWN = 1_000


class RunningProcess(Output):
    """One process that works in an environment.

    Attributes:
        program: its name, and of an interpreter the script or module; no arguments.
        user: whom it runs as, empty where that is not known.
        revision: whose files it works with; None where that cannot be told.
        behind: whether that is another revision than the environment's.
        since: when it began.
    """

    environment: str
    node: str
    node_state: NodeState
    pid: int
    program: str
    user: str = ""
    revision: int | None = None
    behind: bool = False
    since: datetime


class RunningCount(Output):
    """How many processes work with one revision of an environment on one node."""

    environment: str
    node: str
    node_state: NodeState
    revision: int | None = None
    behind: bool = False
    count: int


class Running(Output):
    """All that is known to run; of a node that is offline, what it told last.

    Attributes:
        items: by environment, node and start; the first of them where there are many.
        counts: of all of them.
        total: how many there are.
    """

    items: list[RunningProcess]
    counts: list[RunningCount]
    total: int = 0
