"""Whether a node can have a revision, as far as the controller knows; if not, why.

A node without the right interpreter, or of a kind that the lock has no wheels for, is not
sent a revision that it can only fail to build: it waits, with the reason, and gets it
as soon as the reason is gone. Nothing is resolved anew for it by itself: what other
nodes run changes only when somebody asks for that
(docs/adr/0012-a-node-waits-for-a-lock-that-holds-for-it.md).
"""

from collections.abc import Iterable

from venvoy.controller.placements import interpreters
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import InvalidInput, Param
from venvoy.domain.lock import Lock
from venvoy.domain.platform import Platform
from venvoy.domain.python import choose
from venvoy.domain.pythons import Pythons
from venvoy.domain.wheel import Target, missing_wheels
from venvoy.store import locks, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction

LACKS = "lock-lacks-wheels"
"""The code of the only reason that locking anew can mend."""
_SHOWN = 20


async def of_revision(tx: Transaction, environment: EnvironmentRow) -> "Fits | None":
    """Return what asks of an environment's newest revision; None before the first."""
    if environment.revision is None:
        return None
    revision = await revisions.get(tx, environment.id, environment.revision)
    lock = None if revision is None else await locks.get(tx, revision.lock_digest)
    if revision is None or lock is None:
        return None
    return Fits(lock, Pythons.of_spec(revision.spec))


async def lacking(tx: Transaction, environment: EnvironmentRow, placed: Iterable[NodeRow]) -> bool:
    """Whether locking anew would let more of these nodes have an environment."""
    fits = await of_revision(tx, environment)
    causes = [] if fits is None else [fits.refusal(node) for node in placed]
    return any(cause is not None and cause.code == LACKS for cause in causes)


class Fits:
    """Asks of one lock whether it holds for nodes; nodes of one kind are looked at once.

    Args:
        lock: of the revision.
        pythons: of the revision.
    """

    def __init__(self, lock: Lock, pythons: Pythons) -> None:
        self._lock = lock
        self._pythons = pythons
        self._lacking: dict[Target, list[str]] = {}

    def refusal(self, node: NodeRow) -> Cause | None:
        """Return why a node cannot have the revision, None where it can."""
        if node.facts is None:
            return Cause("node-not-reported", Step.QUEUE, Hop.NODE)
        platform = str(node.facts.get("platform"))
        if platform not in set(Platform):
            return Cause("node-kind-unknown", Step.QUEUE, Hop.NODE, {"platform": platform})
        try:
            wanted = self._pythons.of(node.name, node.labels)
            version = choose(interpreters(node), wanted).version
        except InvalidInput as error:
            return Cause("python-not-found", Step.QUEUE, Hop.INTERPRETER, dict(error.params))
        lacking = self._lacks(Target(Platform(platform), version))
        if not lacking:
            return None
        shown: dict[str, Param] = {
            "platform": platform,
            "python": version,
            "packages": lacking[:_SHOWN],
        }
        return Cause("lock-lacks-wheels", Step.QUEUE, Hop.REQUIREMENTS, shown)

    def _lacks(self, target: Target) -> list[str]:
        if target not in self._lacking:
            found = missing_wheels(self._lock, [target])
            self._lacking[target] = [f"{each.package} {each.version}" for each in found]
        return self._lacking[target]
