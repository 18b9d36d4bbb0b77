"""The documents of the HTTP API, shared by the API and the typed client.

What a user sends forbids unknown fields, so that a typing error is an error; what
the API answers ignores them, so that versions can mix. Field names are stable:
`--json` prints these documents.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from venvoy.domain.history import Metric
from venvoy.domain.placement import Reason
from venvoy.domain.platform import Platform
from venvoy.domain.role import Role
from venvoy.domain.state import (
    EnvironmentState,
    NodeState,
    OperationKind,
    OperationState,
    ReplicaState,
)
from venvoy.wire.messages import DiskFact, InterpreterFact, LogLine, Progress, Scalar

Item = TypeVar("Item")

Labels = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._/-]{0,62}$")],
        Annotated[str, Field(max_length=255)],
    ],
    Field(max_length=64),
]
Title = Annotated[str, Field(max_length=120)]
Description = Annotated[str, Field(max_length=4_000)]


class Input(BaseModel):
    """What a user sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """What the API answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Page(Output, Generic[Item]):
    """One page of a list; `next` is the cursor of the page after, or None."""

    items: list[Item]
    next: str | None = None


# --- environments ---------------------------------------------------------------


class PlacementWish(Input):
    """Where an environment is wanted; empty means on `local`.

    Attributes:
        nodes: names of nodes.
        select: labels; it goes to every node that has all of them, also later.
    """

    nodes: Annotated[list[str], Field(max_length=1_000)] = []
    select: Annotated[dict[str, str], Field(max_length=64)] = {}


class Placement(Output):
    """Where an environment is wanted: on nodes by name, and wherever all labels hold."""

    nodes: list[str] = []
    select: dict[str, str] = {}


class EnvironmentCreate(Input):
    """A new environment.

    `name` and `requirements` are checked by the domain, so that the errors are its.
    """

    name: str
    title: Title = ""
    description: Description = ""
    labels: Labels = {}
    requirements: str = ""
    python: str | None = None
    platforms: list[Platform] = []
    placement: PlacementWish | None = None


class EnvironmentChange(Input):
    """What an edit or a plan changes; a field that is None stays as it is.

    `requirements` replaces the whole text; `add` and `drop` change single lines.
    """

    title: Title | None = None
    description: Description | None = None
    labels: Labels | None = None
    requirements: str | None = None
    add: list[str] = []
    drop: list[str] = []
    python: str | None = None
    platforms: list[Platform] | None = None
    placement: PlacementWish | None = None
    message: Annotated[str, Field(max_length=500)] = ""


class EnvironmentEdit(EnvironmentChange):
    """A change; with the id of a `plan`, exactly that, and nothing beside but a message."""

    plan: Annotated[str, Field(max_length=64)] | None = None


class EnvironmentUpgrade(Input):
    """Re-lock on purpose; no package named means all of them."""

    packages: list[str] = []
    message: Annotated[str, Field(max_length=500)] = ""


class CauseView(Output):
    """Why work failed, with the words in the reader's language."""

    code: str
    step: str
    hop: str
    params: dict[str, Scalar] = {}
    evidence: list[str] = []
    transient: bool = False
    message: str
    remedy: str


class Replica(Output):
    """One environment on one node; `reported_at` tells how old the state is."""

    environment: str
    node: str
    node_state: NodeState
    state: ReplicaState
    revision: int | None = None
    live_revision: int | None = None
    path: str | None = None
    prefix: str | None = None
    python_version: str | None = None
    step: str | None = None
    attempt: int = 1
    progress: Progress | None = None
    cause: CauseView | None = None
    operation: str | None = None
    reported_at: datetime | None = None


class EnvironmentFacts(Output):
    """What lists and single documents tell of an environment alike.

    Attributes:
        revision: number of the newest revision, None before the first.
        version: opaque; the value for `If-Match` of an edit.
        operation: id of the resolution that is under way, or was the last.
    """

    id: str
    name: str
    title: str
    description: str
    labels: dict[str, str]
    owner: str | None
    state: EnvironmentState
    revision: int | None
    requirements: list[str]
    python: str | None
    platforms: list[Platform]
    placement: Placement = Placement()
    package_count: int
    operation: str | None
    version: str
    created_at: datetime
    updated_at: datetime


class Environment(EnvironmentFacts):
    """An environment with its replicas."""

    replicas: list[Replica]


class EnvironmentItem(EnvironmentFacts):
    """An environment in a list, with what its replicas come to.

    Attributes:
        counts: how many replicas are in each state; a state that none is in is left out.
        node: the node's name where there is just one replica.
        progress: the sum over all replicas that are being built, None when none is.
        cause: why one replica has failed, or waits to be tried again where none has.
        cause_node: the name of that replica's node.
    """

    counts: dict[ReplicaState, int]
    node: str | None = None
    progress: Progress | None = None
    cause: CauseView | None = None
    cause_node: str | None = None


class LabelUse(Output):
    """A label, and how many environments have it."""

    key: str
    value: str
    count: int


class PackageName(Output):
    """A package in some lock, with its newest version there."""

    name: str
    version: str


class Demand(Output):
    """Who asks for a package.

    Attributes:
        by: name of the package that asks; None for the owner's own line.
        specifier: versions that are good enough, empty for any.
        extras: that are asked for with it.
        marker: under which it is asked for, empty for always.
    """

    by: str | None
    specifier: str = ""
    extras: list[str]
    marker: str = ""


class PlacementNode(Output):
    """Why a node has an environment, or has it not.

    Attributes:
        placed: whether it is to have it.
        reason: the rule that decided.
        key, wanted, has: of the label that decided, where one did; `has` is None where
            the node has no such label.
        waiting: why a node that is placed cannot have it yet.
    """

    node: str
    state: NodeState
    placed: bool
    reason: Reason
    key: str = ""
    wanted: str = ""
    has: str | None = None
    waiting: CauseView | None = None


class PlacementView(Output):
    """Where an environment goes, and why: every node of the fleet, by name.

    Attributes:
        placement: what was asked for.
        counts: how many nodes each rule decided about.
        missing: names that were asked for and that no node has.
    """

    environment: str
    placement: Placement
    placed: int
    waiting: int
    counts: dict[Reason, int]
    missing: list[str]
    nodes: list[PlacementNode]


class PackageView(Output):
    """One locked package as people read it.

    Attributes:
        size: bytes of its smallest file, None where no size is known.
        requested: whether the owner's own lines name it.
        required_by: who asks for it on any machine of its environment, the owner's own
            line first; None where that was not asked for, or is not known.
    """

    name: str
    version: str
    marker: str | None
    size: int | None
    requested: bool
    required_by: list[Demand] | None = None


class Revision(Output):
    """One immutable revision."""

    number: int
    requirements: list[str]
    python: str
    platforms: list[Platform]
    lock_digest: str
    package_count: int
    author: str | None
    message: str
    created_at: datetime


class RevisionDetail(Revision):
    """A revision with its packages."""

    packages: list[PackageView]


# --- operations -------------------------------------------------------------------


class Operation(Output):
    """One piece of work, followed by its id."""

    id: str
    kind: OperationKind
    state: OperationState
    environment: str | None
    node: str | None
    revision: int | None
    step: str | None
    attempt: int = 1
    progress: Progress | None = None
    cause: CauseView | None = None
    requested_by: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


class LogPage(Output):
    """Lines of a log; `next` is the sequence to ask for next.

    Attributes:
        ended: no line will come after these.
        cut: how many lines were left out of the middle, 0 as a rule.
    """

    lines: list[LogLine]
    next: int
    ended: bool
    cut: int = 0


# --- nodes ------------------------------------------------------------------------


class NodeEdit(Input):
    """A change to what people say of a node; a field that is None stays as it is.

    Attributes:
        labels: changes by key (RFC 7396): a text sets, null takes away.
        region: a name, empty for none.
        cordoned: whether it gets no further environments.
    """

    title: Title | None = None
    labels: dict[str, str | None] | None = None
    region: str | None = None
    cordoned: bool | None = None


class Node(Output):
    """A node with what people say of it and what it reported last.

    Attributes:
        version: opaque; the value for `If-Match` of an edit.
        disks: its file systems, that of the agent's data first.
        cpu_percent: of all its processors, in the last seconds.
        load: processes that run or wait to, the mean of a minute.
        clock_skew_seconds: by how much its clock was ahead of the controller's.
        replicas: how many are in each state; a state that none is in is left out.
    """

    id: str
    name: str
    title: str = ""
    state: NodeState
    cordoned: bool = False
    labels: dict[str, str] = {}
    region: str = ""
    version: str = "1"
    platform: str | None = None
    libc: str | None = None
    hostname: str | None = None
    agent_version: str | None = None
    uv_version: str | None = None
    cpus: int | None = None
    cpu_percent: float | None = None
    load: float | None = None
    memory_bytes: int | None = None
    memory_used_bytes: int | None = None
    disk_free_bytes: int | None = None
    disk_total_bytes: int | None = None
    disks: list[DiskFact] = []
    interpreters: list[InterpreterFact] = []
    clock_skew_seconds: float | None = None
    replicas: dict[ReplicaState, int] = {}
    last_seen_at: datetime | None = None
    created_at: datetime | None = None


class NodePage(Page[Node]):
    """One page of nodes.

    Attributes:
        counts: how many nodes of the whole list are in each state, whatever states
            were asked for.
        regions: all that any node is in.
    """

    counts: dict[NodeState, int] = {}
    regions: list[str] = []


class HistoryPoint(Output):
    """One stretch of time: its beginning, the mean and the greatest value in it."""

    at: datetime
    mean: float
    peak: float


class NodeHistory(Output):
    """How one figure of a node went; stretches without a sign of life are left out.

    Attributes:
        step_seconds: length of each stretch.
    """

    node: str
    metric: Metric
    step_seconds: int
    since: datetime
    points: list[HistoryPoint]


class NodeCredentials(Output):
    """What a node needs to connect, renewed before it expires.

    Attributes:
        jwt: the user JWT for NATS.
        nats_urls: addresses to try in order.
        nats_ca: PEM of the authority behind NATS' certificate, None where it is plain.
        expires_at: end of the JWT's life, UTC.
    """

    jwt: str
    nats_urls: list[str]
    nats_ca: str | None = None
    expires_at: datetime


# --- people -----------------------------------------------------------------------


class SignIn(Input):
    """A user's credentials."""

    username: Annotated[str, Field(max_length=63)]
    password: Annotated[str, Field(max_length=1_024)]


class Session(Output):
    """Who is signed in; `csrf_token` goes into `X-CSRF-Token` of changes."""

    username: str
    role: Role
    csrf_token: str | None = None
    expires_at: datetime | None = None


class UserCreate(Input):
    """A new user."""

    username: str
    password: Annotated[str, Field(max_length=1_024)]
    role: Role = Role.VIEWER


class UserEdit(Input):
    """A change to a user; None stays as it is."""

    password: Annotated[str, Field(max_length=1_024)] | None = None
    role: Role | None = None
    disabled: bool | None = None


class User(Output):
    """A user without any secret."""

    id: str
    username: str
    role: Role
    disabled: bool
    created_at: datetime
    last_sign_in_at: datetime | None = None


class TokenCreate(Input):
    """A new API token, at most as strong as its maker."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    role: Role = Role.VIEWER
    expires_in_days: Annotated[int, Field(ge=1, le=3_650)] | None = 90


class Token(Output):
    """A token; `secret` is shown once, when it is made."""

    id: str
    name: str
    username: str
    role: Role
    secret: str | None = None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class AuditEntry(Output):
    """One change: who, what, when, before and after."""

    id: str
    at: datetime
    username: str | None
    action: str
    subject: str
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None


class Event(Output):
    """One event of the stream; its text is made from `code` and `params`."""

    id: int
    at: datetime
    code: str
    params: dict[str, object] = {}


class RequirementIssue(Output):
    """One refused line of a requirements text."""

    line: int
    code: str
    params: dict[str, Scalar] = {}
    message: str
    hint: str | None = None


class Problem(Output):
    """RFC 9457 problem details, with the stable code and its parameters."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    params: dict[str, object] = {}
    message: str
    hint: str | None = None
    lines: list[RequirementIssue] = []
    cause: CauseView | None = None


class VersionInfo(Output):
    """The controller's version."""

    version: str
    api: str = "v1"
