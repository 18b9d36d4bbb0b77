"""Rows as the documents of the API, with the words of one language."""

from collections.abc import Mapping, Sequence
from typing import Any

from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.placement import Wish
from venvoy.domain.policy import Policy, disclosed
from venvoy.domain.proposal import Proposal
from venvoy.domain.pythons import Override
from venvoy.domain.state import EnvironmentState, ReplicaState
from venvoy.store.audit import AuditRow
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.operations import OperationRow
from venvoy.store.replica_summaries import Trouble
from venvoy.store.replicas import ReplicaRow
from venvoy.store.revisions import RevisionRow
from venvoy.texts import text
from venvoy.wire.environments import (
    Demand,
    EnvironmentFacts,
    EnvironmentItem,
    PackageView,
    Placement,
    PolicyView,
    PythonFor,
    Replica,
    Revision,
    RevisionDetail,
)
from venvoy.wire.messages import CauseMessage, Heartbeat, Progress, RightsFact
from venvoy.wire.nodes import Node
from venvoy.wire.operations import Operation
from venvoy.wire.people import AuditEntry
from venvoy.wire.problems import CauseView
from venvoy.wire.rights import NodeRights, RightsProblem
from venvoy.wire.rollouts import RolloutBrief
from venvoy.wire.tenure import NodeClone

Demands = Mapping[str, Sequence[Demand]]
"""Who asks for packages, by their names."""


def cause(document: Mapping[str, Any] | None, language: str) -> CauseView | None:
    """Return a cause with its words; one whose code has no text shows the code."""
    if document is None:
        return None
    message = CauseMessage.model_validate(document)
    key = f"causes.{message.code}"
    return CauseView(
        code=message.code,
        step=message.step.value,
        hop=message.hop.value,
        params=message.params,
        evidence=list(message.evidence),
        transient=message.transient,
        message=text(language, f"{key}.message", message.params) or message.code,
        remedy=text(language, f"{key}.remedy", message.params) or "",
    )


def replica(
    row: ReplicaRow,
    environment: str,
    node: NodeRow,
    language: str,
    note: Mapping[str, Any] | None = None,
) -> Replica:
    """Return one replica.

    Args:
        note: a cause's document of what is wrong beside it.
    """
    return Replica(
        environment=environment,
        node=node.name,
        node_state=node.state,
        state=row.state,
        revision=row.revision if row.revision is not None else row.seen_revision,
        live_revision=row.live_revision,
        path=row.path,
        prefix=row.prefix,
        python_version=row.python_version,
        step=row.step,
        attempt=row.attempt,
        progress=progress(row.progress),
        cause=cause(row.cause, language),
        note=cause(note, language),
        operation=row.operation_id,
        reported_at=row.reported_at,
    )


def waiting_replica(
    cause_document: Mapping[str, Any], environment: str, node: NodeRow, language: str
) -> Replica:
    """Return the replica of a node that an environment is placed on and that cannot have it."""
    return Replica(
        environment=environment,
        node=node.name,
        node_state=node.state,
        state=ReplicaState.WAITING,
        cause=cause(cause_document, language),
    )


def placement(wish: Wish) -> Placement:
    """Return where an environment is wanted."""
    return Placement(nodes=list(wish.nodes), select=dict(wish.select))


def policy(document: Mapping[str, Any]) -> PolicyView:
    """Return how an environment is kept."""
    return PolicyView.model_validate(disclosed(Policy.of(document).document()))


def python_for(overrides: Sequence[Override]) -> list[PythonFor]:
    """Return the other Pythons of some nodes."""
    return [PythonFor.model_validate(each.document()) for each in overrides]


def environment_facts(
    row: EnvironmentRow,
    state: EnvironmentState,
    asked: Proposal,
    *,
    owner: str | None,
    package_count: int,
    rollout: RolloutBrief | None,
) -> EnvironmentFacts:
    """Return an environment without its replicas.

    Args:
        asked: the proposal that is being resolved, else the newest revision's.
    """
    return EnvironmentFacts(
        id=row.id,
        name=row.name,
        title=row.title,
        description=row.description,
        labels=row.labels,
        owner=owner,
        state=state,
        revision=row.revision,
        requirements=list(asked.requirements),
        python=asked.python,
        python_for=python_for(asked.overrides),
        platforms=list(asked.platforms),
        placement=placement(Wish.of(asked.details.placement or row.placement)),
        policy=policy(asked.details.changes(row.policy).get("policy", row.policy)),
        package_count=package_count,
        operation=row.operation_id,
        rollout=rollout,
        version=str(row.version),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def environment_item(
    facts: EnvironmentFacts,
    counts: Mapping[ReplicaState, int],
    *,
    node: str | None,
    doing: Mapping[str, int] | None,
    trouble: Trouble | None,
    language: str,
) -> EnvironmentItem:
    """Return an environment as lists show it."""
    return EnvironmentItem(
        **dict(facts),
        counts=dict(counts),
        node=node,
        progress=progress(doing),
        cause=cause(trouble.cause, language) if trouble else None,
        cause_node=trouble.node if trouble else None,
    )


def revision(
    row: RevisionRow, author: str | None, package_count: int, tags: Sequence[str] = ()
) -> Revision:
    """Return one revision."""
    asked = Proposal.of(row.spec)
    return Revision(
        number=row.number,
        requirements=list(asked.requirements),
        python=asked.python,
        python_for=python_for(asked.overrides),
        platforms=list(asked.platforms),
        lock_digest=row.lock_digest,
        package_count=package_count,
        author=author,
        message=row.message,
        tags=list(tags),
        created_at=row.created_at,
    )


def revision_detail(
    row: RevisionRow, shown: Revision, lock: Lock, asked: Demands | None
) -> RevisionDetail:
    """Return one revision with its packages.

    Args:
        asked: who asks for each package, by name; None where that is not told.
    """
    requested = Proposal.of(row.spec).names
    packages = [_package(package, requested, asked or {}) for package in lock.packages]
    return RevisionDetail(**dict(shown), packages=packages)


def operation(
    row: OperationRow,
    language: str,
    *,
    environment: str | None,
    node: str | None,
    requested_by: str | None,
) -> Operation:
    """Return one operation."""
    return Operation(
        id=row.id,
        kind=row.kind,
        state=row.state,
        environment=environment,
        node=node,
        revision=row.revision,
        python=row.python,
        step=row.step,
        attempt=row.attempt,
        progress=progress(row.progress),
        cause=cause(row.cause, language),
        requested_by=requested_by,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def node(
    row: NodeRow,
    replicas: Mapping[ReplicaState, int],
    language: str = "en",
    clone: NodeClone | None = None,
) -> Node:
    """Return one node with what it last said of itself.

    Args:
        replicas: how many of its replicas are in each state.
        language: of the words on its rights.
        clone: a second machine that has its identity.
    """
    said: dict[str, Any] = {}
    if row.said is not None:
        facts = Heartbeat.model_validate(row.said)
        said = {field: getattr(facts, field) for field in _SAID}
        said["rights"] = _rights(facts.rights, language)
    return Node(
        id=row.id,
        name=row.name,
        title=row.title,
        state=row.state,
        cordoned=row.cordoned,
        labels=row.labels,
        region=row.region,
        version=str(row.version),
        clock_skew_seconds=row.clock_skew_s,
        replicas=dict(replicas),
        last_seen_at=row.last_seen_at,
        created_at=row.created_at,
        clone=clone,
        **said,
    )


def audit_entry(row: AuditRow) -> AuditEntry:
    """Return one change."""
    return AuditEntry(
        id=row.id,
        at=row.at,
        username=row.username,
        action=row.action,
        subject=f"{row.subject_kind}:{row.subject_name}",
        before=row.before,
        after=row.after,
    )


_SAID = (
    "platform",
    "libc",
    "hostname",
    "agent_version",
    "uv_version",
    "cpus",
    "cpu_percent",
    "load",
    "memory_bytes",
    "memory_used_bytes",
    "disk_free_bytes",
    "disk_total_bytes",
    "disks",
    "interpreters",
)


def _rights(fact: RightsFact | None, language: str) -> NodeRights | None:
    if fact is None:
        return None
    problem = None
    if fact.error:
        key = f"errors.{fact.error}"
        problem = RightsProblem(
            code=fact.error,
            message=text(language, f"{key}.message", fact.params) or fact.error,
            hint=text(language, f"{key}.hint", fact.params) or "",
        )
    return NodeRights(
        file=fact.file,
        users=list(fact.users),
        groups=list(fact.groups),
        run=fact.run,
        run_as=fact.run_as,
        checks=fact.checks,
        checks_as=fact.checks_as,
        hooks=fact.hooks,
        hooks_as=fact.hooks_as,
        hook_units=None if fact.hook_units is None else list(fact.hook_units),
        problem=problem,
    )


def progress(document: Mapping[str, Any] | None) -> Progress | None:
    """Return how far work is."""
    return None if document is None else Progress.model_validate(document)


def _package(package: LockedPackage, requested: frozenset[str], asked: Demands) -> PackageView:
    # Of several wheels a node downloads one; the smallest is what it costs at least.
    sizes = [file.size for file in package.files if file.size is not None]
    return PackageView(
        name=package.name,
        version=package.version,
        marker=package.marker,
        size=min(sizes, default=None),
        requested=package.name in requested,
        required_by=list(asked[package.name]) if package.name in asked else None,
    )
