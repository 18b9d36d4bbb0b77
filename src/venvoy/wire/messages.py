"""The messages between controller and agents.

Every message carries a version and ignores fields that it does not know, so that
an agent one release older or newer keeps working. For the same reason a word that a
later agent may have for a step, a hop or a state is read as a known one, or as none:
a report must not be lost, nor a log held up, for one word. Messages are facts, not orders
that must arrive: a lost one costs delay, because both sides repeat what they hold.
Documents that an agent obeys are signed (`venvoy.wire.signing`); a signature
covers the exact bytes that were sent.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.state import ReplicaState

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Identifier = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
_Word = TypeVar("_Word", bound=StrEnum)


def _words(kind: type[_Word], otherwise: _Word | None) -> BeforeValidator:
    """Read words of `kind`; one that this release does not know as `otherwise`."""
    known = frozenset(kind)

    def read(value: object) -> object:
        return otherwise if isinstance(value, str) and value not in known else value

    return BeforeValidator(read)


SomeStep = Annotated[Step, _words(Step, Step.INSTALL)]
"""A step; one of a later release is part of bringing a revision in."""
SomeHop = Annotated[Hop, _words(Hop, Hop.NODE)]
"""A hop; what a later release blames is, seen from here, the node that says so."""

Scalar = str | int | float | bool | None | list[str]


class Message(BaseModel):
    """What all messages share."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    v: int = 1


class Action(StrEnum):
    """What a desired document asks of a replica."""

    INSTALL = "install"
    HOLD = "hold"
    REMOVE = "remove"


class LinkMode(StrEnum):
    """How uv puts files into a prefix."""

    HARDLINK = "hardlink"
    COPY = "copy"


class ReplicaSettings(Message):
    """What an agent must know beside the lock to build a prefix.

    Attributes:
        link_mode: `hardlink` is fast; `copy` isolates prefixes from the cache.
        keep_prefixes: how many prefixes that are not live stay for a rollback.
        stall_seconds: a build without output and without bytes is ended after this.
        tagged: digests of the locks of tagged revisions, whose prefixes stay as well.
        check_modules: must be importable before a switch.
        check_command: program and arguments; must end with 0 before a switch.
        check_seconds: limit of the imports together, and of the command.
        grace_seconds: within these the checks must pass after a switch as well; 0 asks
            for none.
        after_units: full names of units of systemd to restart after a switch.
        after_command: program and arguments to run after a switch.
        after_seconds: limit of each of them.
    """

    link_mode: Annotated[LinkMode, _words(LinkMode, LinkMode.HARDLINK)] = LinkMode.HARDLINK
    keep_prefixes: int = Field(default=2, ge=0, le=100)
    stall_seconds: float = Field(default=120.0, gt=0)
    tagged: tuple[Digest, ...] = ()
    check_modules: tuple[str, ...] = ()
    check_command: tuple[str, ...] = ()
    check_seconds: float = Field(default=60.0, gt=0)
    grace_seconds: float = Field(default=0.0, ge=0)
    after_units: tuple[str, ...] = ()
    after_command: tuple[str, ...] = ()
    after_seconds: float = Field(default=60.0, gt=0)


class DesiredDocument(Message):
    """What one environment should be on one node.

    The newest (`epoch`, `generation`) wins, whatever order documents arrive in.

    Attributes:
        node: id of the node that it is for; any other node refuses it.
        environment: id of the environment.
        name: the name in the stable path.
        epoch: raised when the controller's database was restored from a backup.
        generation: raised by every change of this replica's desired state.
        action: `remove` is a tombstone; `hold` stops work and keeps what is live.
        operation: id of the operation that this generation is.
        revision: number of the revision; None unless `action` is `install`.
        lock_digest: sha256 of the lock; None unless `action` is `install`.
        python: specifier set for the interpreter; None unless `action` is `install`.
        verify: what is live already is only to be read whole, file by file, and told of.
    """

    node: Identifier
    environment: Identifier
    name: Name
    epoch: int = Field(ge=0)
    generation: int = Field(ge=1)
    action: Action
    operation: Identifier
    revision: int | None = Field(default=None, ge=1)
    lock_digest: Digest | None = None
    python: str | None = None
    settings: ReplicaSettings = ReplicaSettings()
    verify: bool = False

    @property
    def subject(self) -> str:
        """The id under which it stands in keys, subjects and the journal."""
        return self.environment


class Progress(Message):
    """How far a build is; totals grow while uv is still asking for files."""

    bytes_done: int = 0
    bytes_total: int = 0
    packages_done: int = 0
    packages_total: int = 0


class CauseMessage(Message):
    """A `venvoy.domain.cause.Cause` on its way."""

    code: str
    step: SomeStep
    hop: SomeHop
    params: dict[str, Scalar] = {}
    evidence: tuple[str, ...] = ()
    transient: bool = False

    @classmethod
    def of(cls, cause: Cause) -> "CauseMessage":
        """Return the message for a cause."""
        return cls(
            code=cause.code,
            step=cause.step,
            hop=cause.hop,
            params=dict(cause.params),
            evidence=cause.evidence,
            transient=cause.transient,
        )

    def cause(self) -> Cause:
        """Return the value again."""
        return Cause(
            self.code, self.step, self.hop, dict(self.params), self.evidence, self.transient
        )


class ReplicaStatus(Message):
    """All that a node knows of one replica; each report replaces the one before.

    Of an interpreter (`venvoy.wire.pythons`) it is the same, without revision and prefix.

    Attributes:
        environment: id of the environment, or of the archive of an interpreter.
        sequence: raised by every report of this node for this replica; a report
            that arrives late is known by it.
        state: None where the node has a word for it that this release does not know.
        revision: the revision that is being brought in, or was last.
        live_revision: the revision behind the stable path, or None.
        prefix: absolute directory of the live prefix, or None.
        path: the stable path; the executable of an interpreter.
        python_version: full version of the live prefix' interpreter.
        attempt: 1 for the first try of this generation.
        removed: the last report of a replica that is gone from the node.
    """

    node: Identifier
    environment: Identifier
    epoch: int
    generation: int
    operation: Identifier
    sequence: int
    state: Annotated[ReplicaState | None, _words(ReplicaState, None)]
    revision: int | None = None
    live_revision: int | None = None
    prefix: str | None = None
    path: str | None = None
    python_version: str | None = None
    step: SomeStep | None = None
    attempt: int = 1
    progress: Progress | None = None
    cause: CauseMessage | None = None
    removed: bool = False
    reported_at: datetime


class LogLine(Message):
    """One line of an operation's log.

    Attributes:
        sequence: 0 for an operation's first line, without gaps.
        at: when the line was read, UTC.
        step: the step that printed it.
        text: at most 16 KiB, without control characters or escape sequences.
    """

    sequence: int = Field(ge=0)
    at: datetime
    step: SomeStep
    text: str = Field(max_length=16_384)


class LogBatch(Message):
    """Lines from an agent's file, in order; `final` once the operation ended."""

    operation: Identifier
    lines: tuple[LogLine, ...]
    final: bool = False


class LogReply(Message):
    """The sequence that the controller wants next: what came before is kept."""

    next: int = Field(ge=0)


class ResyncRequest(Message):
    """Asks for one page of what this node should hold.

    Attributes:
        after: the last environment id of the page before, or None for the first.
        want: environment ids whose documents are to be sent whole; with it, the
            reply carries documents and no entries.
        kinds: of documents that the node understands beside those of environments.
    """

    after: Identifier | None = None
    want: tuple[Identifier, ...] = ()
    kinds: tuple[str, ...] = ()


class ResyncEntry(Message):
    """Which document a node should hold for one environment."""

    environment: Identifier
    epoch: int
    generation: int


class ResyncReply(Message):
    """One page of entries, or the documents asked for (signed, base64)."""

    epoch: int
    entries: tuple[ResyncEntry, ...] = ()
    documents: tuple[str, ...] = ()
    next: Identifier | None = None


class InterpreterFact(Message):
    """One interpreter on a node.

    Attributes:
        version: PEP 440 version, such as `3.12.4`.
        implementation: such as `cpython`.
        path: absolute path of the executable, links resolved.
        source: how it was found: `managed`, `uv`, `pyenv`, `opt`, `configured`.
        free_threaded: whether it is a build without the GIL.
        environments: ids of those that have a prefix made by it, also one that is kept
            or under way.
    """

    version: str
    implementation: str
    path: str
    source: str
    free_threaded: bool = False
    environments: tuple[str, ...] = ()


class DiskFact(Message):
    """One file system of a node; `data` marks the one that holds the agent's data."""

    path: str
    total_bytes: int
    free_bytes: int
    data: bool = False


class RightsFact(Message):
    """What a node's own file allows; no message can change it.

    Attributes:
        file: absolute path of the file; None where there is none and the defaults hold.
        users: who may write to prefixes beside the agent's own user.
        groups: whose members may.
        run: whether `venvoy run` starts commands.
        run_as: the one user that it starts them as; None for whoever asks.
        checks: whether the checks of environments, imports and commands, run.
        checks_as: the one user that they run as; None for the agent's own.
        hooks: whether units are restarted and commands run after a switch.
        hooks_as: the one user that commands run as; None for the agent's own.
        hook_units: patterns of the units that may be restarted; None for any.
        error: code of what is wrong with the file, for which the safest holds; or of why
            it could not be carried out.
    """

    file: str | None = None
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    run: bool = True
    run_as: str | None = None
    checks: bool = True
    checks_as: str | None = None
    hooks: bool = True
    hooks_as: str | None = None
    hook_units: tuple[str, ...] | None = None
    error: str = ""
    params: dict[str, Scalar] = {}


class Heartbeat(Message):
    """A node's sign of life, with what it is and how it is doing.

    Attributes:
        platform: a `venvoy.domain.platform.Platform` value.
        libc: such as `glibc 2.36` or `musl 1.2.4`, or None on Windows.
        disk_free_bytes: free bytes on the file system of the node's data.
        disks: its file systems, that of the data first.
        boot: raised at every start of the agent.
        cpu_percent: of all processors, since the beat before.
        load: processes that run or wait to, the mean of the last minute.
        memory_used_bytes: what programs cannot have without others giving it up.
        rights: None from an agent of a release that did not tell.
        instance: which run of the agent this is (`venvoy.wire.tenure`); None from
            releases that do not tell.
    """

    node: Identifier
    at: datetime
    boot: int
    agent_version: str
    uv_version: str
    platform: str
    libc: str | None = None
    hostname: str
    cpus: int
    memory_bytes: int
    disk_free_bytes: int
    disk_total_bytes: int
    interpreters: tuple[InterpreterFact, ...] = ()
    disks: tuple[DiskFact, ...] = ()
    cpu_percent: float | None = None
    load: float | None = None
    memory_used_bytes: int | None = None
    rights: RightsFact | None = None
    instance: Identifier | None = None
