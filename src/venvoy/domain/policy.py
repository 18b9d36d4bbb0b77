"""How an environment is kept, beside what it should be.

A policy belongs to the environment and not to its revisions: it holds from the moment
that it is changed, also for what a rollback brings back. It is stored as what differs
from the defaults, so that a later release can give new parts and better defaults. What
of it a node must know travels in the settings of its desired document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from venvoy.domain.errors import InvalidInput

MOST_KEPT = 100
"""Each kept prefix takes room on every node."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy; a part that is None is left to the controller's settings.

    Attributes:
        keep: how many prefixes that are not live stay on each node for a rollback.
    """

    keep: int | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Policy":
        """Read a stored policy back; parts that this release does not know are left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in document.items() if name in known})

    def document(self) -> dict[str, Any]:
        """Return what was chosen, as JSON values."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def settings(self) -> dict[str, Any]:
        """Return what nodes must know, by the names of `ReplicaSettings`."""
        return {} if self.keep is None else {"keep_prefixes": self.keep}


def check_policy(policy: Policy) -> Policy:
    """Return the policy if it makes sense.

    Raises:
        InvalidInput: `keep-out-of-range`.
    """
    if policy.keep is not None and not 0 <= policy.keep <= MOST_KEPT:
        raise InvalidInput("keep-out-of-range", keep=policy.keep, most=MOST_KEPT)
    return policy
