"""The documents of plans and preflights; what `venvoy.wire.schemas` says holds here too.

Neither holds words but for causes: reasons are codes, and each surface has its texts.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from venvoy.domain.held_back import Reason
from venvoy.domain.offer import Has
from venvoy.domain.plan import Because, Kind
from venvoy.domain.platform import Platform
from venvoy.domain.state import NodeState
from venvoy.wire.environments import (
    Demand,
    EnvironmentChange,
    PlacementWish,
    PythonFor,
    PythonForWish,
)
from venvoy.wire.problems import CauseView
from venvoy.wire.schemas import Input, Output


class UpgradeWish(Input):
    """Packages whose pins are let go; none named means all."""

    packages: list[str] = Field(default_factory=list)


class EnvironmentPlan(EnvironmentChange):
    """A change to look at before it is made; with `upgrade`, newer versions too."""

    upgrade: UpgradeWish | None = None


class PackageChange(Output):
    """What happens to one package on one kind of machine.

    Attributes:
        before, after: versions; None for what comes or goes.
        size: bytes of the file that the machine takes, None where unknown or none.
        requested: whether the owner's own lines name it.
    """

    kind: Kind
    name: str
    before: str | None = None
    after: str | None = None
    size: int | None = None
    requested: bool = False


class HeldBackPackage(Output):
    """A package that stays older than `newest`; `by` are the demands that exclude that."""

    name: str
    version: str
    newest: str
    reason: Reason
    by: list[Demand]


class PlanTarget(Output):
    """What changes between the newest revision and the plan on one kind of machine.

    Attributes:
        python, python_before: full versions; None before where there was none.
        nodes: names of those that are of this kind; empty for a platform that was
            asked for and that no node has.
        unchanged: how many packages stay as they are.
    """

    platform: Platform
    python: str
    python_before: str | None = None
    nodes: list[str]
    changes: list[PackageChange]
    unchanged: int = 0
    held_back: list[HeldBackPackage]


class PlanNode(Output):
    """What a plan does on one node, compared with what is live there.

    Attributes:
        wanted: the specifier set that holds for this node.
        python: the interpreter that it would use; None where none fits.
        because: why it builds anew; empty when nothing is built.
        counts: packages by kind of change, against the live revision.
        fetch_files, fetch_bytes: files of the new lock that no revision that is live on
            the node has, of any environment; what its caches hold beside is not known
            here, so this is the most that it will be.
        unknown_sizes: how many of those files have no known size.
        disk_bytes: estimate of what has to be free while it is built.
        missing: packages that have no wheel for its very C library.
    """

    node: str
    state: NodeState
    platform: Platform | None = None
    wanted: str = ""
    python: str | None = None
    python_before: str | None = None
    live_revision: int | None = None
    because: list[Because]
    counts: dict[Kind, int]
    fetch_files: int = 0
    fetch_bytes: int = 0
    unknown_sizes: int = 0
    disk_bytes: int = 0
    disk_free_bytes: int | None = None
    missing: list[str]


class AdoptionWish(Input):
    """Adopt what a node holds of an environment."""

    node: Annotated[str, Field(max_length=63)]
    message: Annotated[str, Field(max_length=500)] = ""


class AdoptionLoss(Output):
    """Something that a node holds and that no lock can.

    Attributes:
        version: that the node holds.
        reason: a `venvoy.domain.adoption.Loss`, or a word of a later agent.
        files: how many were changed, where it is about files.
        instead: the version that is locked, empty for none.
    """

    package: str
    version: str
    reason: str
    files: int = 0
    instead: str = ""


class AdoptionView(Output):
    """What a plan takes from a node.

    Attributes:
        revision: that is live there, and that hand-work changed.
        lost: what is not part of the plan.
        restored: packages with versions that were removed by hand and come back, since
            others need them.
    """

    node: str
    revision: int
    lost: list[AdoptionLoss]
    restored: list[str]


class Plan(Output):
    """What a change would do; nothing has been changed.

    Attributes:
        base_version: the environment's version that it was made from, for `If-Match`.
        base_revision: its newest revision then.
        changed: what differs in what is asked for, a line each, such as
            `requirements: + httpx`.
        revises: whether making it gives a new revision.
        leaving: names of nodes that it is not placed on any more.
        offers_unknown: packages of which the index could not be asked.
        source: the revision whose lock it takes unchanged, as `NAME@REV`.
        adoption: the node whose hand-work it takes over.
        forced: whether that goes out also with a blocked release.
    """

    id: str
    environment: str
    base_version: str
    base_revision: int | None
    author: str | None
    created_at: datetime
    expires_at: datetime
    changed: list[str]
    revises: bool
    requirements: list[str]
    python: str
    python_for: list[PythonFor] = []
    platforms: list[Platform]
    lock_digest: str
    package_count: int
    targets: list[PlanTarget]
    nodes: list[PlanNode]
    leaving: list[str] = Field(default_factory=list)
    offers_unknown: list[str]
    source: str | None = None
    adoption: AdoptionView | None = None
    forced: bool = False


class PreflightWish(Input):
    """What a lock would be made of; python and platforms as of a new environment.

    Attributes:
        environment: name of one that the requirements are to be for: its own Python,
            overrides, platforms and places hold for what is not given here, and the pins
            of its newest revision are preferred.
    """

    environment: Annotated[str, Field(max_length=63)] | None = None
    requirements: str = ""
    python: Annotated[str, Field(max_length=200)] | None = None
    python_for: Annotated[list[PythonForWish], Field(max_length=64)] | None = None
    platforms: list[Platform] = Field(default_factory=list)
    placement: PlacementWish | None = None


class PreflightTarget(Output):
    """One kind of machine.

    Attributes:
        python: minor version, such as `3.12`.
        required: whether the lock has to hold for it: a node in use, or asked for.
        nodes: names of those that are of this kind.
        wheels, sources, missing: packages by what it finds of them.
        download_bytes: of the wheels that it takes; `unknown_sizes` more are not known.
        disk_bytes: estimate of what has to be free while it is built.
    """

    platform: Platform
    python: str
    required: bool
    nodes: list[str]
    wheels: int = 0
    sources: int = 0
    missing: int = 0
    download_bytes: int = 0
    unknown_sizes: int = 0
    disk_bytes: int = 0


class PreflightPackage(Output):
    """One package; `has` is what each of `targets` finds of it, in their order.

    Attributes:
        version: None for a package that was left out as it has no wheel.
        size: of the largest wheel that one of the targets takes.
        required_by: as far as known from the packages' metadata.
    """

    name: str
    version: str | None
    marker: str | None = None
    requested: bool = False
    size: int | None = None
    has: list[Has]
    required_by: list[Demand]


class PreflightNode(Output):
    """Which interpreter a node would use; None where none of `found` fits.

    Attributes:
        wanted: the specifier set that holds for this node.
        installable: version of an archive of the catalogue that would fit, where none of
            its interpreters does and there is one.
    """

    node: str
    state: NodeState
    platform: Platform | None = None
    python: str | None = None
    path: str | None = None
    wanted: str = ""
    installable: str | None = None
    found: list[str]


class PreflightLine(Output):
    """One of the user's own lines, numbered from 1."""

    line: int
    text: str


class Preflight(Output):
    """What a requirements text needs, and where it fits.

    Attributes:
        python: the specifier set that a lock would be made for.
        resolved: whether a lock could be made for all targets that are required.
        cause: why nothing could be resolved; the lists are empty then.
        lines: the own lines that take part in the cause, or whose packages lack a wheel
            where one is required.
    """

    python: str
    resolved: bool
    targets: list[PreflightTarget]
    packages: list[PreflightPackage]
    nodes: list[PreflightNode]
    cause: CauseView | None = None
    lines: list[PreflightLine]
