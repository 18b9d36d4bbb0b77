"""Whether drift counts in an environment: only where its policy does not ignore it.

Nodes tell what they see whatever the policy is; here that becomes `drifted` or `ready`,
so that a policy holds from the moment that it is changed and no node is told of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from venvoy.controller.context import Context
from venvoy.domain.drift import DriftPolicy
from venvoy.domain.policy import Policy
from venvoy.domain.report import Folded
from venvoy.domain.state import ReplicaState
from venvoy.store import replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.session import Transaction


def counts(policy: Mapping[str, Any]) -> bool:
    """Return whether what differs is drifted under a stored policy."""
    return Policy.of(policy).drift is not DriftPolicy.IGNORE


def counted(environment: EnvironmentRow, folded: Folded) -> Folded:
    """Return a fold with what is drifted as ready, where that does not count."""
    doing = folded.held.doing
    if doing.state is not ReplicaState.DRIFTED or counts(environment.policy):
        return folded
    ready = replace(doing, state=ReplicaState.READY, cause=None)
    return replace(folded, held=replace(folded.held, doing=ready))


async def follow(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, policy: Mapping[str, Any]
) -> None:
    """Let an environment's replicas show what a new policy says of what was seen.

    Args:
        environment: with the policy before.
        policy: the stored form of the new one.
    """
    if counts(environment.policy) != counts(policy):
        await replicas.count_drift(tx, environment.id, counts=counts(policy))
    tx.after_commit(ctx.wakes.drift.ring)
