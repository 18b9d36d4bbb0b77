"""How an environment is kept, beside what it should be.

A policy belongs to the environment and not to its revisions: it holds from the moment
that it is changed, also for what a rollback brings back. It is stored as what differs
from the defaults, so that a later release can give new parts and better defaults. What
of it a node must know travels in the settings of its desired document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from venvoy.domain.checks import MOST_SECONDS, check_modules, split_command
from venvoy.domain.cooling import CoolDown, check_days, exempt_names
from venvoy.domain.drift import DriftPolicy
from venvoy.domain.errors import InvalidInput
from venvoy.domain.hooks import (
    check_hook_seconds,
    check_webhook,
    hook_command,
    shown_webhook,
    unit_names,
)
from venvoy.domain.rollout import Mode, Rollout
from venvoy.domain.share import parse_budget, parse_waves

LONGEST_WAVE_PAUSE = 7 * 86_400
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
        sync: when a new revision goes out, as `venvoy.domain.sync` reads it.
        waves: sizes of the waves in which it goes out, as `venvoy.domain.share` reads
            them; what they leave over is the last wave.
        wave_pause: seconds between the end of a wave and the next.
        failures: how many nodes may fail before a rollout stops, in the same words as a
            wave; with waves none may where it is not said.
        returns: whether a rollout that stops takes back what it has moved.
        drift: what is done about what was done by hand; None for `alert`.
        after_units: units of systemd that a node restarts after a switch.
        after_command: a command that a node runs after a switch, as `check_command`.
        after_timeout: seconds that each of them may take.
        after_webhook: an address that the controller tells of each switch.
        cool_down: days that a release must have been out before it is chosen; None and 0
            for none.
        cool_down_except: packages that it is not for.
    """

    keep: int | None = None
    checks: tuple[str, ...] | None = None
    check_command: str | None = None
    check_timeout: int | None = None
    grace: int | None = None
    sync: str | None = None
    waves: tuple[str, ...] | None = None
    wave_pause: int | None = None
    failures: str | None = None
    returns: bool | None = None
    drift: DriftPolicy | None = None
    after_units: tuple[str, ...] | None = None
    after_command: str | None = None
    after_timeout: int | None = None
    after_webhook: str | None = None
    cool_down: int | None = None
    cool_down_except: tuple[str, ...] | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Policy":
        """Read a stored policy back; parts that this release does not know are left out."""
        known = {each.name for each in fields(cls)}
        read = {name: value for name, value in document.items() if name in known}
        for name in _LISTS:
            if read.get(name) is not None:
                read[name] = tuple(read[name])
        if read.get("drift") is not None:
            read["drift"] = _drift(str(read["drift"]))
        return cls(**read)

    def document(self) -> dict[str, Any]:
        """Return what was chosen, as JSON values."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values |= {name: list(values[name]) for name in _LISTS if values[name] is not None}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def at_once(self) -> bool:
        """Whether new revisions go to all nodes at once, whatever comes of it."""
        return (self.sync or Mode.AUTO) == Mode.AUTO and not self.waves and not self.failures

    def rollout(self, to: int, back: int | None) -> Rollout:
        """Return the rollout of a revision, nothing of it done yet.

        Args:
            back: the revision that holds until now, None for none.
        """
        waves = parse_waves(self.waves or ())
        said = self.failures or ("0" if waves else None)
        return Rollout(
            to=to,
            back=back,
            waves=waves,
            pause=timedelta(seconds=self.wave_pause or 0),
            budget=None if said is None else parse_budget(said),
            returns=self.returns is not False,
        )

    def cooling(self, now: datetime) -> CoolDown | None:
        """Return the cool-down of a resolution, None where there is none."""
        if not self.cool_down:
            return None
        exempt = exempt_names(self.cool_down_except or ())
        return CoolDown(self.cool_down, now - timedelta(days=self.cool_down), exempt)

    def settings(self) -> dict[str, Any]:
        """Return what nodes must know, by the names of `ReplicaSettings`."""
        told = {
            "keep_prefixes": self.keep,
            "check_modules": list(self.checks) if self.checks else None,
            "check_command": split_command(self.check_command) if self.check_command else None,
            "check_seconds": self.check_timeout,
            "grace_seconds": self.grace,
            "after_units": unit_names(self.after_units) if self.after_units else None,
            "after_command": hook_command(self.after_command) if self.after_command else None,
            "after_seconds": self.after_timeout,
        }
        return {name: value for name, value in told.items() if value is not None}


_WEBHOOK = "after_webhook"
_LISTS = ("checks", "waves", "after_units", "cool_down_except")


def _drift(word: str) -> DriftPolicy | None:
    """A word of a later release is left out."""
    return DriftPolicy(word) if word in set(DriftPolicy) else None


def disclosed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored policy as people may see it: without secrets."""
    url = document.get(_WEBHOOK)
    return {**document, _WEBHOOK: shown_webhook(url)} if url else dict(document)


def check_policy(policy: Policy) -> Policy:
    """Return the policy if it makes sense; when revisions go out `.sync` judges.

    Raises:
        InvalidInput: `keep-out-of-range`, `check-timeout-out-of-range`,
            `grace-out-of-range`, `wave-pause-out-of-range`, or as `venvoy.domain.checks`,
            `.cooling`, `.hooks` and `.share` say.
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
    pause = policy.wave_pause
    if pause is not None and not 0 <= pause <= LONGEST_WAVE_PAUSE:
        raise InvalidInput("wave-pause-out-of-range", seconds=pause, most=LONGEST_WAVE_PAUSE)
    unit_names(policy.after_units or ())
    if policy.after_command is not None:
        hook_command(policy.after_command)
    if policy.after_timeout is not None:
        check_hook_seconds(policy.after_timeout)
    if policy.after_webhook is not None:
        check_webhook(policy.after_webhook)
    check_days(policy.cool_down)
    exempt_names(policy.cool_down_except or ())
    policy.rollout(to=1, back=None)
    return policy
