"""Rows of one page, completed with what stands in other tables.

Each takes a fixed number of queries, however many rows there are.
"""

from collections.abc import Collection

from venvoy.controller import rollout_views, views, webhooks
from venvoy.domain.proposal import Proposal
from venvoy.domain.state import EnvironmentState, ReplicaState
from venvoy.store import environments as environment_rows
from venvoy.store import locks, nodes, people, replica_summaries, replicas, revision_tags
from venvoy.store import operations as operation_rows
from venvoy.store import revisions as revision_rows
from venvoy.store import webhooks as webhook_rows
from venvoy.store.environment_lists import Listed
from venvoy.store.environments import EnvironmentRow
from venvoy.store.operations import OperationRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction
from venvoy.wire.environments import (
    Environment,
    EnvironmentFacts,
    EnvironmentItem,
    Replica,
    Revision,
)
from venvoy.wire.operations import Operation

_NOTHING = Proposal(requirements=(), python="")


async def environment(tx: Transaction, listed: Listed, language: str) -> Environment:
    """Return one environment with its replicas."""
    facts = (await _facts(tx, [listed]))[0]
    replicas = await _replicas(tx, listed[0], language)
    return Environment(**dict(facts), replicas=replicas)


async def environment_items(
    tx: Transaction, rows: Collection[Listed], language: str
) -> list[EnvironmentItem]:
    """Return environments with what their replicas come to."""
    ids = [row.id for row, _ in rows]
    counts = await _counts(tx, ids)
    lone = [key for key, states in counts.items() if sum(states.values()) == 1]
    names = await replica_summaries.only_nodes(tx, lone)
    progress = await replica_summaries.progress(tx, ids)
    troubles = await replica_summaries.troubles(tx, ids)
    return [
        views.environment_item(
            facts,
            counts.get(facts.id, {}),
            node=names.get(facts.id),
            doing=progress.get(facts.id),
            trouble=troubles.get(facts.id),
            language=language,
        )
        for facts in await _facts(tx, rows)
    ]


async def _counts(tx: Transaction, ids: Collection[str]) -> dict[str, dict[ReplicaState, int]]:
    """Return how many replicas are in each state; nodes that cannot have one yet wait."""
    counts = await replica_summaries.counts(tx, ids)
    for key, number in (await environment_rows.waiting_counts(tx, ids)).items():
        states = counts.setdefault(key, {})
        states[ReplicaState.WAITING] = states.get(ReplicaState.WAITING, 0) + number
    return counts


async def _facts(tx: Transaction, rows: Collection[Listed]) -> list[EnvironmentFacts]:
    wanted = {(row.id, row.revision) for row, _ in rows if row.revision is not None}
    live = await revision_rows.get_many(tx, wanted)
    counts = await locks.package_counts(tx, {row.lock_digest for row in live.values()})
    asked = await _asked(tx, [row for row, state in rows if state is EnvironmentState.RESOLVING])
    owners = await people.usernames(tx, {row.owner_id for row, _ in rows})
    rollouts = await rollout_views.briefs(tx, [row.id for row, _ in rows])
    shown = []
    for row, state in rows:
        revision = live.get((row.id, row.revision or 0))
        proposal = asked.get(row.id) or (Proposal.of(revision.spec) if revision else _NOTHING)
        shown.append(
            views.environment_facts(
                row,
                state,
                proposal,
                owner=owners.get(row.owner_id or ""),
                package_count=counts.get(revision.lock_digest, 0) if revision else 0,
                rollout=rollouts.get(row.id),
            )
        )
    return shown


async def _asked(tx: Transaction, rows: Collection[EnvironmentRow]) -> dict[str, Proposal]:
    """Return what is being resolved, by environment id."""
    wanted = {row.operation_id: row.id for row in rows if row.operation_id}
    found = await operation_rows.get_many(tx, list(wanted))
    return {
        wanted[row.id]: Proposal.of(row.proposal)
        for row in found.values()
        if row.proposal is not None and not row.state.ended
    }


async def _replicas(tx: Transaction, row: EnvironmentRow, language: str) -> list[Replica]:
    rows = await replicas.of_environments(tx, [row.id])
    places = (await environment_rows.places(tx, [row.id]))[row.id]
    known = {each.node_id for each in rows}
    waiting = {node: why for node, why in places.items() if why and node not in known}
    there = await nodes.by_ids(tx, known | waiting.keys())
    told = await webhook_rows.of_environment(tx, row.id) if webhooks.wanted(row) else {}
    shown = [
        views.replica(
            each,
            row.name,
            there[each.node_id],
            language,
            webhooks.note(told.get(each.node_id), row.policy),
        )
        for each in rows
    ]
    shown += [
        views.waiting_replica(why, row.name, there[node], language) for node, why in waiting.items()
    ]
    return sorted(shown, key=lambda each: each.node)


async def operations(
    tx: Transaction, rows: Collection[OperationRow], language: str
) -> list[Operation]:
    """Return operations with the names of what they work on."""
    names = await environment_rows.names(tx, {row.environment_id or "" for row in rows})
    there = await nodes.by_ids(tx, {row.node_id or "" for row in rows})
    asked_by = await people.usernames(tx, {row.requested_by for row in rows})
    return [
        views.operation(
            row,
            language,
            environment=names.get(row.environment_id or ""),
            node=there[row.node_id].name if row.node_id in there else None,
            requested_by=asked_by.get(row.requested_by or ""),
        )
        for row in rows
    ]


async def revisions(tx: Transaction, rows: Collection[RevisionRow]) -> list[Revision]:
    """Return revisions with their authors and tags."""
    counts = await locks.package_counts(tx, {row.lock_digest for row in rows})
    authors = await people.usernames(tx, {row.author_id for row in rows})
    tags = await revision_tags.of_revisions(tx, {row.environment_id for row in rows})
    return [
        views.revision(
            row,
            authors.get(row.author_id or ""),
            counts.get(row.lock_digest, 0),
            tags.get((row.environment_id, row.number), ()),
        )
        for row in rows
    ]
