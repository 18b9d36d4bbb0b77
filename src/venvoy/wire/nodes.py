"""Nodes in the HTTP API: what they are, carry and used."""

from datetime import datetime

from venvoy.domain.history import Metric
from venvoy.domain.state import NodeState, ReplicaState
from venvoy.wire.messages import DiskFact, InterpreterFact
from venvoy.wire.rights import NodeRights
from venvoy.wire.schemas import Input, Output, Page, Title
from venvoy.wire.tenure import NodeClone


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
        rights: what its own file allows; None before it told.
        clone: a second machine that has this node's identity and is turned away.
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
    rights: NodeRights | None = None
    last_seen_at: datetime | None = None
    created_at: datetime | None = None
    clone: NodeClone | None = None


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
