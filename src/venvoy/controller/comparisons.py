"""Answers what differs between two revisions, or what a node holds and another side.

What a node holds is what it told last of its live prefix; until it has told, it is what
its machine should have of the revision that is live there. Beside a node a revision is
what that node's machine would have of it: a lock holds for others, too.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from venvoy.controller import holdings, revisions
from venvoy.controller.context import Context
from venvoy.controller.holdings import Holding
from venvoy.domain import comparison
from venvoy.domain.comparison import Kind, Part, Side, Value
from venvoy.domain.errors import NotFound
from venvoy.domain.lock import Lock
from venvoy.domain.policy import disclosed
from venvoy.domain.side_name import SideName, parse_side
from venvoy.domain.wheel import Target
from venvoy.store import environments, locks, revision_tags
from venvoy.store.environments import EnvironmentRow
from venvoy.store.observations import ObservedPackageRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction
from venvoy.wire.comparisons import ComparedEntry, ComparedSide, ComparedValue, Comparison


@dataclass(frozen=True, slots=True)
class _Found:
    name: SideName
    environment: EnvironmentRow
    revision: RevisionRow
    tags: list[str]
    holding: Holding | None = None

    @property
    def target(self) -> Target | None:
        """The machine of the node that it is about."""
        known = self.holding.machine if self.holding else None
        return known.target if known else None


async def compare(ctx: Context, a: str, b: str, *, everything: bool = False) -> Comparison:
    """Return what differs between two sides.

    Args:
        a, b: as `venvoy.domain.side_name` reads them.
        everything: also what is equal.

    Raises:
        InvalidInput: `side-invalid`, or for a name that cannot be one.
        NotFound: `environment-not-found`, `revision-not-found`, `revision-none`,
            `tag-not-found`, `node-not-found`, or `nothing-live` for a node that has
            reported none of it as live.
    """
    names = parse_side(a), parse_side(b)
    async with ctx.db.read() as tx:
        before, after = [await _find(tx, name) for name in names]
        digests = {before.revision.lock_digest, after.revision.lock_digest}
        found = await locks.get_many(tx, digests)
    entries = comparison.compare(
        _side(before, found, before.target or after.target),
        _side(after, found, after.target or before.target),
    )
    counts = Counter(entry.kind for entry in entries)
    return Comparison(
        before=_shown(before),
        after=_shown(after),
        counts={kind: counts[kind] for kind in Kind},
        entries=[_entry(each) for each in entries if everything or each.kind is not Kind.SAME],
    )


async def _find(tx: Transaction, name: SideName) -> _Found:
    environment = await environments.get(tx, name.environment)
    if environment is None:
        raise NotFound("environment-not-found", name=name.environment)
    asked, holding = name.revision, None
    if name.node is not None:
        holding = await holdings.find(tx, environment, name.node)
        asked = holding.live
    elif asked is None:
        asked = environment.revision
    if asked is None:
        raise NotFound("revision-none", name=environment.name)
    revision = await revisions.find(tx, environment, asked)
    tags = await revision_tags.of_revisions(tx, [environment.id])
    named = tags.get((environment.id, revision.number), [])
    return _Found(name, environment, revision, named, holding)


def _side(found: _Found, held: Mapping[str, Lock], target: Target | None) -> Side:
    lock = held.get(found.revision.lock_digest)
    if lock is None:
        raise NotFound("lock-not-found", digest=found.revision.lock_digest)
    whole = comparison.side(found.revision.spec, lock, disclosed(found.environment.policy))
    wanted = comparison.narrowed(whole, target) if target else whole
    holding = found.holding
    if holding is None or holding.observed_at is None:
        return wanted
    locked = {name for part, name in wanted if part is Part.PACKAGE}
    there = {each.name: _held(each) for each in holding.beside(locked)}
    return comparison.holding(wanted, there)


def _held(package: ObservedPackageRow) -> Value:
    return Value(package.version, origin=package.origin)


def _shown(found: _Found) -> ComparedSide:
    return ComparedSide(
        environment=found.environment.name,
        revision=found.revision.number,
        node=found.name.node,
        observed_at=found.holding.observed_at if found.holding else None,
        tags=found.tags,
    )


def _entry(entry: comparison.Entry) -> ComparedEntry:
    return ComparedEntry(
        part=entry.part,
        name=entry.name,
        kind=entry.kind,
        before=[_value(each) for each in entry.before],
        after=[_value(each) for each in entry.after],
    )


def _value(value: Value) -> ComparedValue:
    return ComparedValue(text=value.text, marker=value.marker, origin=value.origin)
