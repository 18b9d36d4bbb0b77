"""Rows of one page, completed with what stands in other tables.

Each takes a fixed number of queries, however many rows there are.
"""

from collections.abc import Collection

from venvoy.controller import views
from venvoy.domain.proposal import Proposal
from venvoy.domain.state import EnvironmentState
from venvoy.store import environments as environment_rows
from venvoy.store import locks, nodes, people, replicas
from venvoy.store import operations as operation_rows
from venvoy.store import revisions as revision_rows
from venvoy.store.environment_lists import Listed
from venvoy.store.environments import EnvironmentRow
from venvoy.store.operations import OperationRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction
from venvoy.wire import schemas

_NOTHING = Proposal(requirements=(), python="")


async def environments(
    tx: Transaction, rows: Collection[Listed], language: str
) -> list[schemas.Environment]:
    """Return environments with their replicas."""
    ids = [row.id for row, _ in rows]
    wanted = {(row.id, row.revision) for row, _ in rows if row.revision is not None}
    live = await revision_rows.get_many(tx, wanted)
    counts = await locks.package_counts(tx, {row.lock_digest for row in live.values()})
    asked = await _asked(tx, [row for row, state in rows if state is EnvironmentState.RESOLVING])
    owners = await people.usernames(tx, {row.owner_id for row, _ in rows})
    held = await _replicas(tx, {row.id: row.name for row, _ in rows}, ids, language)
    shown = []
    for row, state in rows:
        revision = live.get((row.id, row.revision or 0))
        proposal = asked.get(row.id) or (Proposal.of(revision.spec) if revision else _NOTHING)
        shown.append(
            views.environment(
                row,
                state,
                proposal,
                owner=owners.get(row.owner_id or ""),
                package_count=counts.get(revision.lock_digest, 0) if revision else 0,
                replicas=held.get(row.id, []),
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


async def _replicas(
    tx: Transaction, names: dict[str, str], ids: Collection[str], language: str
) -> dict[str, list[schemas.Replica]]:
    rows = await replicas.of_environments(tx, ids)
    there = await nodes.by_ids(tx, {row.node_id for row in rows})
    shown: dict[str, list[schemas.Replica]] = {}
    for row in rows:
        view = views.replica(row, names[row.environment_id], there[row.node_id], language)
        shown.setdefault(row.environment_id, []).append(view)
    return {key: sorted(value, key=lambda each: each.node) for key, value in shown.items()}


async def operations(
    tx: Transaction, rows: Collection[OperationRow], language: str
) -> list[schemas.Operation]:
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


async def revisions(tx: Transaction, rows: Collection[RevisionRow]) -> list[schemas.Revision]:
    """Return revisions with their authors."""
    counts = await locks.package_counts(tx, {row.lock_digest for row in rows})
    authors = await people.usernames(tx, {row.author_id for row in rows})
    return [
        views.revision(row, authors.get(row.author_id or ""), counts.get(row.lock_digest, 0))
        for row in rows
    ]
