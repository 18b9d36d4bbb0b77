"""Answers what differs between two revisions, or a node and a revision.

What a node has is the revision that it last reported as live.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from venvoy.controller import revisions
from venvoy.controller.context import Context
from venvoy.domain import comparison
from venvoy.domain.comparison import Kind, Side, Value
from venvoy.domain.errors import NotFound
from venvoy.domain.lock import Lock
from venvoy.domain.side_name import SideName, parse_side
from venvoy.store import environments, locks, nodes, replicas, revision_tags
from venvoy.store.environments import EnvironmentRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction
from venvoy.wire.comparisons import ComparedEntry, ComparedSide, ComparedValue, Comparison


@dataclass(frozen=True, slots=True)
class _Found:
    name: SideName
    environment: EnvironmentRow
    revision: RevisionRow
    tags: list[str]


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
    entries = comparison.compare(_side(before, found), _side(after, found))
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
    asked = name.revision
    if name.node is not None:
        asked = await _live(tx, environment, name.node)
    elif asked is None:
        asked = environment.revision
    if asked is None:
        raise NotFound("revision-none", name=environment.name)
    revision = await revisions.find(tx, environment, asked)
    tags = await revision_tags.of_revisions(tx, [environment.id])
    return _Found(name, environment, revision, tags.get((environment.id, revision.number), []))


async def _live(tx: Transaction, environment: EnvironmentRow, node_name: str) -> int:
    node = await nodes.get(tx, node_name)
    if node is None:
        raise NotFound("node-not-found", name=node_name)
    replica = await replicas.get(tx, environment.id, node.id)
    if replica is None or replica.live_revision is None:
        raise NotFound("nothing-live", name=environment.name, node=node.name)
    return replica.live_revision


def _side(found: _Found, held: Mapping[str, Lock]) -> Side:
    lock = held.get(found.revision.lock_digest)
    if lock is None:
        raise NotFound("lock-not-found", digest=found.revision.lock_digest)
    return comparison.side(found.revision.spec, lock, found.environment.policy)


def _shown(found: _Found) -> ComparedSide:
    return ComparedSide(
        environment=found.environment.name,
        revision=found.revision.number,
        node=found.name.node,
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
    return ComparedValue(text=value.text, marker=value.marker)
