"""From what a user sent to a proposal: parsed, checked, and nothing stored yet.

Everything that can be refused is refused here, before a transaction is opened.
"""

from dataclasses import replace
from typing import Any

from packaging.utils import canonicalize_name

from venvoy.controller import overrides
from venvoy.controller.placements import choose_python
from venvoy.controller.proposals import Base
from venvoy.domain import requirement
from venvoy.domain.errors import InvalidInput
from venvoy.domain.label import check_labels
from venvoy.domain.name import check_name
from venvoy.domain.placement import Wish
from venvoy.domain.policy import Policy, check_policy
from venvoy.domain.printable import check_text
from venvoy.domain.proposal import Details, Proposal
from venvoy.domain.python import parse_python
from venvoy.domain.sync import parse_sync
from venvoy.store.nodes import NodeRow
from venvoy.wire.environments import (
    EnvironmentChange,
    EnvironmentCreate,
    EnvironmentEdit,
    EnvironmentUpgrade,
    PlacementWish,
    PolicyWish,
)

_SHOWN = 80


def created(wish: EnvironmentCreate, placed: list[NodeRow]) -> Proposal:
    """Return the proposal of a new environment.

    Raises:
        InvalidInput: what `venvoy.domain.requirement` and `.python` refuse.
    """
    python = None if wish.python is None else parse_python(wish.python)
    wanted = overrides.overrides(wish.python_for or ())
    overrides.check(wanted, placed)
    return Proposal(
        requirements=requirement.parse_requirements(wish.requirements),
        python=choose_python(overrides.others(placed, wanted), python),
        overrides=wanted,
        wish=python,
        platforms=tuple(sorted(set(wish.platforms))),
    )


def edited(base: Base, change: EnvironmentEdit) -> Proposal:
    """Return the proposal that an edit makes of what there is.

    Raises:
        InvalidInput: as `created`, and `requirement-not-listed`.
    """
    before = base.proposal
    requirements = before.requirements
    if change.requirements is not None:
        requirements = requirement.parse_requirements(change.requirements)
    requirements = requirement.drop(requirements, change.drop)
    requirements = requirement.add(requirements, requirement.parse_requirement_list(change.add))
    wish = before.wish if change.python is None else parse_python(change.python)
    wanted = before.overrides
    if change.python_for is not None:
        wanted = overrides.overrides(change.python_for)
        overrides.check(wanted, base.nodes)
    platforms = before.platforms
    if change.platforms is not None:
        platforms = tuple(sorted(set(change.platforms)))
    return Proposal(
        requirements=requirements,
        python=choose_python(overrides.others(base.nodes, wanted), wish, before.python),
        overrides=wanted,
        wish=wish,
        platforms=platforms,
        message=check_text("message", change.message),
        details=details(change),
    )


def upgraded(base: Base, wish: EnvironmentUpgrade) -> Proposal:
    """Return the proposal that locks anew on purpose.

    Raises:
        InvalidInput: `package-not-locked`, with the names.
    """
    names = frozenset(str(canonicalize_name(name)) for name in wish.packages)
    unknown = sorted(name[:_SHOWN] for name in names - base.locked)
    if unknown:
        raise InvalidInput("package-not-locked", packages=unknown)
    asked = base.proposal
    plain = overrides.others(base.nodes, asked.overrides)
    python = choose_python(plain, asked.wish, asked.python)
    before = replace(base.proposal, details=Details(), python=python)
    return replace(before, upgrade=names, message=check_text("message", wish.message))


def details(change: EnvironmentCreate | EnvironmentChange) -> Details:
    """Return what people read, checked.

    Raises:
        InvalidInput: `text-control-characters`, which no database and no terminal
            should get; line ends and tabs are allowed in a description.
    """
    check_text("title", change.title or "")
    check_text("description", change.description or "", allowed="\n\r\t")
    for key, value in (change.labels or {}).items():
        check_text(f"labels.{key}", value)
    return Details(
        title=change.title,
        description=change.description,
        labels=change.labels,
        placement=None if change.placement is None else placement(change.placement).document(),
        policy=None if change.policy is None else policy(change.policy),
    )


def policy(wish: PolicyWish) -> dict[str, Any]:
    """Return the parts of a policy that a user sent, checked.

    Raises:
        InvalidInput: as `venvoy.domain.policy.check_policy` and `.sync.parse_sync`.
    """
    sent = wish.model_dump(mode="json", exclude_unset=True)
    parse_sync(check_policy(Policy.of(sent)).sync)
    return sent


def placement(wish: PlacementWish | None) -> Wish:
    """Return a wish for places, checked; None is the default.

    Raises:
        InvalidInput: for what can be no node's name or label.
    """
    if wish is None:
        return Wish()
    return Wish.made(map(check_name, wish.nodes), check_labels(wish.select))
