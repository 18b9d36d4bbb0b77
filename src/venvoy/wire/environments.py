"""Environments, their replicas and revisions in the HTTP API."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from venvoy.domain.drift import DriftPolicy
from venvoy.domain.placement import Reason
from venvoy.domain.platform import Platform
from venvoy.domain.state import EnvironmentState, NodeState, ReplicaState
from venvoy.wire.messages import Progress
from venvoy.wire.problems import CauseView
from venvoy.wire.rollouts import RolloutBrief
from venvoy.wire.schemas import Description, Input, Labels, Output, Title


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


class PolicyWish(Input):
    """How an environment is to be kept; a part that is not sent stays as it is.

    Attributes:
        keep: prefixes beside the live one that stay on each node for a rollback, 0 to
            100; null leaves it to the controller again.
        checks: modules that must be importable before a revision becomes live.
        check_command: must end with 0 before a revision becomes live; no shell sees it.
        check_timeout: seconds that the imports together, and the command, may take.
        grace: seconds within which the checks must pass after a switch, else the node
            goes back by itself.
        sync: when a new revision goes out: `auto`, `manual`, or
            `window:CRON/DURATION/ZONE` such as `window:0 2 * * SAT/4h/Asia/Shanghai`.
        waves: sizes of the waves in which it goes out, each a number of nodes or a share
            of all such as `10%`; what they leave over is the last wave.
        wave_pause: seconds between the end of a wave and the next.
        failures: how many nodes may fail, or a share of all, before the rollout stops;
            with waves none may where it is not said.
        returns: whether a rollout that stops takes back what it has moved; it does by
            default.
        drift: `alert`, `heal` or `ignore` what was done by hand.
        after_units: units of systemd that a node restarts after a switch.
        after_command: a command that a node runs after a switch; no shell sees it.
        after_timeout: seconds that each of them may take.
        after_webhook: an address that the controller tells of each switch on a node; it
            is shown without what may be a secret.
        cool_down: days that a release must have been out before it is chosen, 0 to 365.
        cool_down_except: packages that it is not for.
    """

    keep: int | None = None
    checks: list[str] | None = None
    check_command: str | None = None
    check_timeout: int | None = None
    grace: int | None = None
    sync: Annotated[str, Field(max_length=200)] | None = None
    waves: Annotated[list[str], Field(max_length=64)] | None = None
    wave_pause: int | None = None
    failures: Annotated[str, Field(max_length=16)] | None = None
    returns: bool | None = None
    drift: DriftPolicy | None = None
    after_units: list[str] | None = None
    after_command: str | None = None
    after_timeout: int | None = None
    after_webhook: str | None = None
    cool_down: int | None = None
    cool_down_except: list[str] | None = None


class PolicyView(Output):
    """How an environment is kept; a part that is null is left to the controller."""

    keep: int | None = None
    checks: list[str] | None = None
    check_command: str | None = None
    check_timeout: int | None = None
    grace: int | None = None
    sync: str | None = None
    waves: list[str] | None = None
    wave_pause: int | None = None
    failures: str | None = None
    returns: bool | None = None
    drift: DriftPolicy | None = None
    after_units: list[str] | None = None
    after_command: str | None = None
    after_timeout: int | None = None
    after_webhook: str | None = None
    cool_down: int | None = None
    cool_down_except: list[str] | None = None


class PythonForWish(Input):
    """Another Python for one node, or for every node that has all the labels.

    Attributes:
        node: a node's name; with it, no labels.
        python: `3.11`, or a specifier set.
    """

    node: Annotated[str, Field(max_length=63)] | None = None
    select: Annotated[dict[str, str], Field(max_length=64)] = {}
    python: Annotated[str, Field(max_length=200)]


class PythonFor(Output):
    """Another Python for one node, or for every node that has all the labels."""

    node: str = ""
    select: dict[str, str] = {}
    python: str


class EnvironmentCreate(Input):
    """A new environment.

    `name` and `requirements` are checked by the domain, so that the errors are its.
    With `source` (`NAME@REV` or `NAME@TAG`) it gets that revision's wish and its very lock,
    and nothing is resolved; then no requirements, Pythons or platforms go with it.
    With `force` that goes out also where it holds a blocked release; for admins.
    """

    name: str
    title: Title = ""
    description: Description = ""
    labels: Labels = {}
    requirements: str = ""
    python: str | None = None
    python_for: Annotated[list[PythonForWish], Field(max_length=64)] | None = None
    platforms: list[Platform] = []
    placement: PlacementWish | None = None
    policy: PolicyWish | None = None
    source: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    force: bool | None = None


class EnvironmentChange(Input):
    """What an edit or a plan changes; a field that is None stays as it is.

    `requirements` replaces the whole text; `add` and `drop` change single lines.
    With `source` (`NAME@REV` or `NAME@TAG`) it gets that revision's wish and its very lock
    in the place of its own; nothing is resolved, and only what is no part of a revision
    goes with it. With `force` that goes out also where it holds a blocked release; for admins.
    """

    title: Title | None = None
    description: Description | None = None
    labels: Labels | None = None
    requirements: str | None = None
    add: list[str] = []
    drop: list[str] = []
    python: str | None = None
    python_for: Annotated[list[PythonForWish], Field(max_length=64)] | None = None
    platforms: list[Platform] | None = None
    placement: PlacementWish | None = None
    policy: PolicyWish | None = None
    message: Annotated[str, Field(max_length=500)] = ""
    source: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    force: bool | None = None


class EnvironmentEdit(EnvironmentChange):
    """A change; with the id of a `plan`, exactly that, and nothing beside but a message."""

    plan: Annotated[str, Field(max_length=64)] | None = None


class EnvironmentUpgrade(Input):
    """Re-lock on purpose; no package named means all of them."""

    packages: list[str] = []
    message: Annotated[str, Field(max_length=500)] = ""


class Replica(Output):
    """One environment on one node; `reported_at` tells how old the state is.

    Attributes:
        note: what is wrong beside it: its webhook could not be sent.
    """

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
    note: CauseView | None = None
    operation: str | None = None
    reported_at: datetime | None = None


class EnvironmentFacts(Output):
    """What lists and single documents tell of an environment alike.

    Attributes:
        revision: number of the newest revision, None before the first.
        version: opaque; the value for `If-Match` of an edit.
        operation: id of the resolution that is under way, or was the last.
        rollout: where the revision stands that is on its way to nodes; None where all
            have been told of it.
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
    python_for: list[PythonFor] = []
    platforms: list[Platform]
    placement: Placement = Placement()
    policy: PolicyView = PolicyView()
    package_count: int
    operation: str | None
    rollout: RolloutBrief | None = None
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


class DeletedEnvironment(Output):
    """An environment that can still be brought back.

    Attributes:
        revision: number of the one that was wanted, and will be again.
        until: when it is gone for good.
    """

    id: str
    name: str
    title: str
    revision: int | None
    deleted_at: datetime
    until: datetime


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
    python_for: list[PythonFor] = []
    platforms: list[Platform]
    lock_digest: str
    package_count: int
    author: str | None
    message: str
    tags: list[str] = []
    created_at: datetime


class RevisionDetail(Revision):
    """A revision with its packages."""

    packages: list[PackageView]
