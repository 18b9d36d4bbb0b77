"""How an environment is kept, beside what it should be.

A policy belongs to the environment and not to its revisions: it holds from the moment
that it is changed, also for what a rollback brings back. It is stored as what differs
from the defaults, so that a later release can give new parts and better defaults. What
of it a node must know travels in the settings of its desired document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from venvoy.domain.checks import MOST_SECONDS, check_modules, split_command
from venvoy.domain.errors import InvalidInput

MOST_KEPT = 100
"""Each kept prefix takes room on every node."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy; a part that is None is left to the controller's settings.

    Attributes:
        keep: how many prefixes that are not live stay on each node for a rollback.
        checks: modules that must be importable before a revision becomes live.
        check_command: a command that must end with 0, as one types it; it is split as a
            shell would, and no shell sees it.
        check_timeout: seconds that all imports together, and the command, may take.
        grace: seconds within which the checks must pass once more after a switch; else
            the node goes back by itself.
    """

    keep: int | None = None
    checks: tuple[str, ...] | None = None
    check_command: str | None = None
    check_timeout: int | None = None
    grace: int | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Policy":
        """Read a stored policy back; parts that this release does not know are left out."""
        known = {each.name for each in fields(cls)}
        read = {name: value for name, value in document.items() if name in known}
        if read.get("checks") is not None:
            read["checks"] = tuple(read["checks"])
        return cls(**read)

    def document(self) -> dict[str, Any]:
        """Return what was chosen, as JSON values."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        if self.checks is not None:
            values["checks"] = list(self.checks)
        return {name: value for name, value in values.items() if value is not None}

    def settings(self) -> dict[str, Any]:
        """Return what nodes must know, by the names of `ReplicaSettings`."""
        told = {
            "keep_prefixes": self.keep,
            "check_modules": list(self.checks) if self.checks else None,
            "check_command": split_command(self.check_command) if self.check_command else None,
            "check_seconds": self.check_timeout,
            "grace_seconds": self.grace,
        }
        return {name: value for name, value in told.items() if value is not None}


def check_policy(policy: Policy) -> Policy:
    """Return the policy if it makes sense.

    Raises:
        InvalidInput: `keep-out-of-range`, `check-timeout-out-of-range`,
            `grace-out-of-range`, or as `venvoy.domain.checks` says.
    """
    if policy.keep is not None and not 0 <= policy.keep <= MOST_KEPT:
        raise InvalidInput("keep-out-of-range", keep=policy.keep, most=MOST_KEPT)
    check_modules(policy.checks or ())
    if policy.check_command is not None:
        split_command(policy.check_command)
    limit, grace = policy.check_timeout, policy.grace
    if limit is not None and not 1 <= limit <= MOST_SECONDS:
        raise InvalidInput("check-timeout-out-of-range", seconds=limit, most=MOST_SECONDS)
    if grace is not None and not 0 <= grace <= MOST_SECONDS:
        raise InvalidInput("grace-out-of-range", seconds=grace, most=MOST_SECONDS)
    return policy
