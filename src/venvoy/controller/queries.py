"""What is there: lists and single documents for the API, in the reader's language.

Reads only. Lists page, filter and sort in SQL; the documents of one page are
completed by a fixed number of further queries, however long the page is.
"""

from collections.abc import Collection

from venvoy.controller import demands, documents, placing, views
from venvoy.controller.context import Context
from venvoy.domain.errors import NotFound
from venvoy.domain.label import Labelled, label_filter
from venvoy.domain.lock import Lock
from venvoy.domain.placement import Wish
from venvoy.domain.proposal import Proposal
from venvoy.domain.state import EnvironmentState, OperationKind, OperationState
from venvoy.store import (
    audit,
    environment_lists,
    environments,
    labels,
    locks,
    nodes,
    operations,
    revisions,
)
from venvoy.store.environment_lists import Filter
from venvoy.store.environments import EnvironmentRow
from venvoy.store.pages import Paging
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction
from venvoy.wire.environments import (
    Environment,
    EnvironmentItem,
    LabelUse,
    PlacementNode,
    PlacementView,
    Revision,
    RevisionDetail,
)
from venvoy.wire.operations import Operation
from venvoy.wire.people import AuditEntry
from venvoy.wire.schemas import Page

_SHOWN = 80


async def list_environments(
    ctx: Context,
    wish: Paging,
    *,
    search: str | None = None,
    states: Collection[EnvironmentState] = (),
    node: str | None = None,
    labels: Collection[str] = (),
    language: str = "en",
) -> Page[EnvironmentItem]:
    """Return one page of environments.

    Args:
        search: a part of a name, a title, a package's name or a requirement.
        states: any of them; all of them when empty.
        node: name of a node that they are placed on.
        labels: each `key=value`, or `key=` for an empty value; of one key any of its
            values, of every key one.

    Raises:
        InvalidInput: `label-invalid`, `sort-unknown` or `cursor-invalid`.
        NotFound: `node-not-found`.
    """
    async with ctx.db.read() as tx:
        wanted = Filter(
            search=search or None,
            states=states,
            node_id=await _node_id(tx, node),
            labels=label_filter(labels),
        )
        rows, following = await environment_lists.list_page(tx, wish, wanted)
        items = await documents.environment_items(tx, rows, language)
    return Page[EnvironmentItem](items=items, next=following)


async def show_environment(ctx: Context, name: str, *, language: str = "en") -> Environment:
    """Return one environment.

    Raises:
        NotFound: `environment-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await _environment(tx, name)
        state = await environment_lists.state_of(tx, row.id)
        return await documents.environment(tx, (row, state), language)


async def show_placement(ctx: Context, name: str, *, language: str = "en") -> PlacementView:
    """Return where an environment goes, and why, for every node of the fleet.

    Raises:
        NotFound: `environment-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await _environment(tx, name)
        found = await placing.moves(ctx, tx, row)
        states = await nodes.states(tx)
    wish, verdicts = Wish.of(row.placement), found.decision.verdicts
    return PlacementView(
        environment=row.name,
        placement=views.placement(wish),
        placed=len(found.places),
        waiting=sum(why is not None for why in found.places.values()),
        counts=found.decision.counts,
        missing=list(found.decision.missing),
        nodes=[
            PlacementNode(
                node=each.node.name,
                state=states[each.node.id],
                placed=each.reason.places,
                reason=each.reason,
                key=each.key,
                wanted=each.wanted,
                has=each.has,
                waiting=views.cause(found.places.get(each.node.id), language),
            )
            for each in verdicts
        ],
    )


async def list_revisions(ctx: Context, name: str, wish: Paging) -> Page[Revision]:
    """Return one page of an environment's revisions, the newest first by default.

    Raises:
        NotFound: `environment-not-found`.
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        environment = await _environment(tx, name)
        rows, following = await revisions.list_page(tx, environment.id, wish)
        items = await documents.revisions(tx, rows)
    return Page[Revision](items=items, next=following)


async def show_revision(
    ctx: Context, name: str, number: int, *, with_demands: bool = False
) -> RevisionDetail:
    """Return one revision with its packages.

    Args:
        with_demands: tell who asks for each package, as far as that can be known soon.

    Raises:
        NotFound: `environment-not-found` or `revision-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await _revision(tx, name, number)
        shown = (await documents.revisions(tx, [row]))[0]
        data = await locks.document(tx, row.lock_digest)
        placed = await environments.placed_on(tx, row.environment_id)
    if data is None:
        raise NotFound("lock-not-found", digest=row.lock_digest)
    lock, asked = Lock.from_bytes(data), None
    if with_demands:
        asked = await demands.of_revision(ctx, Proposal.of(row.spec).spec, lock, placed)
    return views.revision_detail(row, shown, lock, asked)


async def newest_revision(ctx: Context, name: str) -> int:
    """Return the number of an environment's newest revision.

    Raises:
        NotFound: `environment-not-found`, or `revision-none` before the first.
    """
    async with ctx.db.read() as tx:
        environment = await _environment(tx, name)
    if environment.revision is None:
        raise NotFound("revision-none", name=name)
    return environment.revision


async def lock_of(ctx: Context, name: str, number: int) -> bytes:
    """Return the canonical form of a revision's lock.

    Raises:
        NotFound: `environment-not-found`, `revision-not-found` or `lock-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await _revision(tx, name, number)
        data = await locks.document(tx, row.lock_digest)
    if data is None:
        raise NotFound("lock-not-found", digest=row.lock_digest)
    return data


async def lock_for_node(ctx: Context, digest: str, node_id: str) -> bytes:
    """Return the canonical form of a lock that a node should install.

    Raises:
        NotFound: `lock-not-found`, also when no replica of the node needs it.
    """
    async with ctx.db.read() as tx:
        data = None
        if await locks.readable_by(tx, digest, node_id):
            data = await locks.document(tx, digest)
    if data is None:
        raise NotFound("lock-not-found", digest=digest[:_SHOWN])
    return data


async def list_operations(
    ctx: Context,
    wish: Paging,
    *,
    environment: str | None = None,
    node: str | None = None,
    states: Collection[OperationState] = (),
    kinds: Collection[OperationKind] = (),
    language: str = "en",
) -> Page[Operation]:
    """Return one page of operations, the newest first by default.

    Args:
        environment: its name; one that is deleted is found while no other has it.
        node: its name.
        states: any of them; all of them when empty.
        kinds: any of them; all of them when empty.

    Raises:
        NotFound: `environment-not-found` or `node-not-found`.
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        rows, following = await operations.list_page(
            tx,
            wish,
            environment_id=await _environment_id(tx, environment),
            node_id=await _node_id(tx, node),
            states=states,
            kinds=kinds,
        )
        items = await documents.operations(tx, rows, language)
    return Page[Operation](items=items, next=following)


async def show_operation(ctx: Context, operation_id: str, *, language: str = "en") -> Operation:
    """Return one operation.

    Raises:
        NotFound: `operation-not-found`.
    """
    async with ctx.db.read() as tx:
        row = await operations.get(tx, operation_id)
        if row is None:
            raise NotFound("operation-not-found", operation=operation_id[:_SHOWN])
        return (await documents.operations(tx, [row], language))[0]


async def some_operations(
    ctx: Context, ids: Collection[str], *, language: str = "en"
) -> list[Operation]:
    """Return operations by their ids, in that order; unknown ones are left out."""
    async with ctx.db.read() as tx:
        rows = await operations.get_many(tx, ids)
        return await documents.operations(
            tx, [rows[each] for each in ids if each in rows], language
        )


async def list_labels(ctx: Context, of: Labelled = Labelled.ENVIRONMENTS) -> Page[LabelUse]:
    """Return all labels that environments, or nodes, have, by key and value."""
    async with ctx.db.read() as tx:
        rows = await labels.in_use(tx, of)
    items = [LabelUse(key=row.key, value=row.value, count=row.count) for row in rows]
    return Page[LabelUse](items=items)


async def list_audit(
    ctx: Context,
    wish: Paging,
    *,
    kind: str | None = None,
    subject: str | None = None,
    action: str | None = None,
    username: str | None = None,
) -> Page[AuditEntry]:
    """Return one page of changes, the newest first by default.

    Args:
        kind: of the subject, such as `environment`.
        subject: its name; an operation's is that of its environment.

    Raises:
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        rows, following = await audit.list_page(
            tx, wish, kind=kind, subject=subject, action=action, username=username
        )
    items = [views.audit_entry(row) for row in rows]
    return Page[AuditEntry](items=items, next=following)


async def _environment(tx: Transaction, name: str) -> EnvironmentRow:
    row = await environments.get(tx, name)
    if row is None:
        raise NotFound("environment-not-found", name=name[:_SHOWN])
    return row


async def _environment_id(tx: Transaction, name: str | None) -> str | None:
    if name is None:
        return None
    row = await environments.get(tx, name) or await environments.last_deleted(tx, name)
    if row is None:
        raise NotFound("environment-not-found", name=name[:_SHOWN])
    return row.id


async def _revision(tx: Transaction, name: str, number: int) -> RevisionRow:
    environment = await _environment(tx, name)
    row = await revisions.get(tx, environment.id, number)
    if row is None:
        raise NotFound(
            "revision-not-found",
            name=name,
            number=number,
            newest=await revisions.newest(tx, environment.id),
        )
    return row


async def _node_id(tx: Transaction, name: str | None) -> str | None:
    if name is None:
        return None
    row = await nodes.get(tx, name)
    if row is None:
        raise NotFound("node-not-found", name=name[:_SHOWN])
    return row.id
