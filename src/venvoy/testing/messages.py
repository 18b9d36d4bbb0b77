"""One whole message of each kind that crosses between controller and agents.

Every field has a value that is not its default, so that what is recorded of a release
(`scripts/record.py`) holds all that it could say.
"""

from datetime import UTC, datetime

from pydantic import BaseModel

from venvoy.domain.cause import Hop, Step
from venvoy.domain.state import ReplicaState
from venvoy.wire.collections import CollectCommand, CollectReply, PrefixFact
from venvoy.wire.joining import NodeJoin, NodeJoined, NodeLeave, NodeRemoved, NodeTombstone
from venvoy.wire.membership import Membership
from venvoy.wire.messages import (
    Action,
    CauseMessage,
    DesiredDocument,
    DiskFact,
    Heartbeat,
    InterpreterFact,
    LinkMode,
    LogBatch,
    LogLine,
    LogReply,
    Progress,
    ReplicaSettings,
    ReplicaStatus,
    ResyncEntry,
    ResyncReply,
    ResyncRequest,
    RightsFact,
)
from venvoy.wire.nodes import NodeCredentials
from venvoy.wire.observations import (
    DriftFact,
    ObservedPackage,
    ObservedReply,
    ObservedRequest,
    Offer,
    ReplicaObservation,
)
from venvoy.wire.pythons import ArchiveFact, PythonDocument
from venvoy.wire.surveys import SurveyCommand, SurveyedFact, SurveyReply
from venvoy.wire.tenure import Presence, TenureClaim
from venvoy.wire.usage import NodeUse, ProcessFact, ReplicaUse, RevisionUse, UseReply, UseRequest

NODE, ENVIRONMENT, OPERATION, OTHER = (
    f"0195f000-0000-7000-8000-00000000000{number}" for number in range(1, 5)
)
_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
_DIGEST = "ab" * 32
_GIB = 2**30

_CAUSE = CauseMessage(
    code="hash-mismatch",
    step=Step.FETCH,
    hop=Hop.MIRROR,
    params={"file": "alpha-1.0-py3-none-any.whl", "count": 2, "share": 0.5, "all": ["a", "b"]},
    evidence=("error: hash mismatch",),
    transient=True,
)
_PROGRESS = Progress(bytes_done=10, bytes_total=20, packages_done=1, packages_total=2)
_CLAIM = TenureClaim(instance=OTHER, lineage=(OPERATION, ENVIRONMENT), hostname="worker-1")


def samples() -> dict[str, BaseModel]:
    """Return the messages by the names under which they are recorded."""
    return {
        "desired": DesiredDocument(
            node=NODE,
            environment=ENVIRONMENT,
            name="web",
            epoch=2,
            generation=7,
            action=Action.INSTALL,
            operation=OPERATION,
            revision=3,
            lock_digest=_DIGEST,
            python=">=3.12,<3.13",
            settings=ReplicaSettings(
                link_mode=LinkMode.COPY,
                keep_prefixes=3,
                stall_seconds=60.0,
                tagged=(_DIGEST,),
                check_modules=("numpy",),
                check_command=("python", "-V"),
                check_seconds=30.0,
                grace_seconds=10.0,
                after_units=("crawler.service",),
                after_command=("python", "-V"),
                after_seconds=30.0,
            ),
            verify=True,
        ),
        "desired-python": PythonDocument(
            kind="python",
            node=NODE,
            python=ENVIRONMENT,
            epoch=2,
            generation=7,
            action=Action.INSTALL,
            operation=OPERATION,
            archive=ArchiveFact(
                sha256=_DIGEST,
                size=9,
                implementation="cpython",
                version="3.12.4",
                platform="linux-x86_64",
            ),
        ),
        "tombstone": NodeTombstone(node=NODE, name="worker-1", removed_at=_AT, keep_data=True),
        "status": ReplicaStatus(
            node=NODE,
            environment=ENVIRONMENT,
            epoch=2,
            generation=7,
            operation=OPERATION,
            sequence=1_772_600_000_123,
            state=ReplicaState.FAILED,
            revision=3,
            live_revision=2,
            prefix="/data/prefixes/1/2-3",
            path="/data/virtual_environments/web",
            python_version="3.12.4",
            step=Step.FETCH,
            attempt=2,
            progress=_PROGRESS,
            cause=_CAUSE,
            removed=True,
            reported_at=_AT,
        ),
        "heartbeat": _heartbeat(),
        "log-batch": LogBatch(
            operation=OPERATION,
            lines=(LogLine(sequence=4, at=_AT, step=Step.INSTALL, text="Installed 2 packages"),),
            final=True,
        ),
        "log-reply": LogReply(next=5),
        "observed-request": ObservedRequest(
            offers=(Offer(environment=OTHER, digest=_DIGEST),),
            told=ReplicaObservation(
                environment=ENVIRONMENT,
                sequence=1_772_600_000_124,
                revision=3,
                packages=(
                    ObservedPackage(
                        name="six",
                        version="1.16.0",
                        installer="pip",
                        editable=True,
                        origin="editable",
                        requested=True,
                    ),
                ),
                findings=(
                    DriftFact(
                        kind="edited",
                        package="six",
                        path="six.py",
                        wanted="1.17.0",
                        found="1.16.0",
                    ),
                ),
                findings_total=1,
            ),
        ),
        "observed-reply": ObservedReply(wanted=(ENVIRONMENT,)),
        "use-request": UseRequest(
            offer=_DIGEST,
            told=NodeUse(
                sequence=1_772_600_000_125,
                replicas=(
                    ReplicaUse(
                        environment=ENVIRONMENT,
                        revisions=(RevisionUse(revision=3, count=2),),
                        processes=(
                            ProcessFact(
                                pid=4_711,
                                program="python3.12 train.py",
                                user="ada",
                                started=_AT,
                                revision=3,
                            ),
                        ),
                    ),
                ),
            ),
        ),
        "use-reply": UseReply(wanted=True),
        "survey": SurveyCommand(node=NODE, path="/srv/venvs/crawler"),
        "survey-reply": SurveyReply(
            error="survey-own",
            python="3.12.4",
            packages=(SurveyedFact(name="six", version="1.17.0", origin="editable"),),
        ),
        "collect": CollectCommand(node=NODE, preview=True),
        "collect-reply": CollectReply(
            prefixes=(
                PrefixFact(
                    environment=ENVIRONMENT,
                    build=OTHER,
                    revision=3,
                    fate="in-use",
                    processes=2,
                    size_bytes=20_000,
                    own_bytes=5_000,
                ),
            ),
            total=7,
            finished=False,
        ),
        "resync-request": ResyncRequest(after=ENVIRONMENT, want=(OTHER,), kinds=("python",)),
        "resync-reply": ResyncReply(
            epoch=2,
            entries=(ResyncEntry(environment=ENVIRONMENT, epoch=2, generation=7),),
            documents=("djEuYWJj",),
            next=OTHER,
        ),
        "claim": _CLAIM,
        "presence": Presence(instance=OTHER),
        "join": NodeJoin(
            secret="s" * 43, name="worker-1", region="shanghai", labels={"team": "crawl"}
        ),
        "joined": NodeJoined(node=NODE, name="worker-1", document_key="ADOC", created=True),
        "leave": NodeLeave(keep_data=True, claim=_CLAIM),
        "removed": NodeRemoved(tombstone="djEuYWJj"),
        "credentials": NodeCredentials(
            jwt="a.b.c", nats_urls=["tls://10.0.0.1:7301"], nats_ca="PEM", expires_at=_AT
        ),
        "membership": Membership(
            node=NODE,
            name="worker-1",
            controller_url="https://10.0.0.1:7300",
            document_key="ADOC",
            ca="PEM",
            proxy="http://10.0.0.2:3128",
        ),
    }


def _heartbeat() -> Heartbeat:
    return Heartbeat(
        node=NODE,
        at=_AT,
        boot=3,
        agent_version="0.1.0",
        uv_version="0.9.0",
        platform="linux-x86_64",
        libc="glibc 2.36",
        hostname="worker-1",
        cpus=8,
        memory_bytes=16 * _GIB,
        disk_free_bytes=80 * _GIB,
        disk_total_bytes=100 * _GIB,
        interpreters=(
            InterpreterFact(
                version="3.13.0",
                implementation="cpython",
                path="/opt/python/3.13t/bin/python",
                source="opt",
                free_threaded=True,
                environments=(ENVIRONMENT,),
            ),
        ),
        disks=(DiskFact(path="/data", total_bytes=100 * _GIB, free_bytes=80 * _GIB, data=True),),
        cpu_percent=12.5,
        load=0.75,
        memory_used_bytes=2 * _GIB,
        rights=RightsFact(
            file="/etc/venvoy/node.toml",
            users=("ada",),
            groups=("crawl",),
            run=False,
            run_as="crawler",
            checks_as="crawler",
            hooks_as="crawler",
            hook_units=("crawler*.service",),
            error="rights-unreadable",
            params={"reason": "x"},
        ),
        instance=OTHER,
    )
