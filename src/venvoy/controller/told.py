"""What of an environment its nodes are told beside what to install.

That is its policy and which locks people gave a name to. The same rule says it for a new
goal and for finding the nodes that were told otherwise before.
"""

from typing import Any

from venvoy.domain.policy import Policy
from venvoy.store import revision_tags
from venvoy.store.environments import EnvironmentRow
from venvoy.store.session import Transaction


async def settings(tx: Transaction, environment: EnvironmentRow) -> dict[str, Any]:
    """Return them by the names of `ReplicaSettings`, without what is as by default."""
    found = Policy.of(environment.policy).settings()
    if tagged := await revision_tags.locks(tx, environment.id):
        found["tagged"] = tagged
    return found
