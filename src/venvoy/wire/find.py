"""What a query over the fleet finds: where a release is, and where it is wished."""

from datetime import datetime
from enum import StrEnum

from venvoy.domain.state import ReplicaState
from venvoy.wire.schemas import Output, Page


class FoundKind(StrEnum):
    """What holds a release."""

    REPLICA = "replica"
    REVISION = "revision"


class Basis(StrEnum):
    """How it is known."""

    OBSERVED = "observed"
    LOCKED = "locked"


class FoundUse(StrEnum):
    """What a revision is to its environment.

    `live` on some node; `wanted` but live nowhere yet; `kept` in the history only.
    """

    LIVE = "live"
    WANTED = "wanted"
    KEPT = "kept"


class Found(Output):
    """One replica or revision that holds what was looked for.

    Attributes:
        basis: of a replica `observed` where its node saw it in the live prefix, `locked`
            where only the lock of its live revision says so; of a revision `locked`.
        node: of a replica.
        package, version: what is held.
        revision: that is live on the node, or the revision itself.
        locked: the versions of the package in that revision's lock; none where the lock
            lacks it.
        as_locked: whether the version is one of those.
        use: of a revision; a replica's is `live`.
        live_on: on how many nodes a revision is live; 1 for a replica.
        deleted: whether the replica's environment was deleted; the node still has it.
        state: of a replica.
        seen: the version that the node saw of the package; None where nothing was told or
            the package is not there.
        installer: that put it there, such as `pip`; empty where unknown.
        observed_at: when the controller was told of the last change there.
    """

    kind: FoundKind
    basis: Basis
    environment: str
    node: str | None = None
    package: str
    version: str
    revision: int | None = None
    locked: list[str] = []
    as_locked: bool = True
    use: FoundUse = FoundUse.LIVE
    live_on: int = 1
    deleted: bool = False
    state: ReplicaState | None = None
    seen: str | None = None
    installer: str = ""
    editable: bool = False
    observed_at: datetime | None = None


class FoundTotals(Output):
    """How much was found, on all pages together.

    Attributes:
        nodes: that have at least one of the replicas.
    """

    replicas: int = 0
    nodes: int = 0
    revisions: int = 0


class FoundPage(Page[Found]):
    """One page; `totals` is None for a file, which is looked up page by page."""

    query: str
    totals: FoundTotals | None = None
