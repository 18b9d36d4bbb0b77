"""What a node tells of its live prefixes, on change only: packages and differences.

A node first offers digests of what it sees; the controller answers which it lacks, and
only those are sent whole. A thousand nodes that come back after a restart of the
controller so cost a few bytes for each environment. Both are sent until answered, and
what is told whole replaces what was told before, so a message that is lost, doubled or
late changes nothing in the end.
"""

import hashlib

from pydantic import Field

from venvoy.domain.drift import Finding, Observation, Package
from venvoy.wire.messages import Digest, Identifier, Message

MOST_PACKAGES = 5_000
MOST_FINDINGS = 500
_TEXT = 512


class ObservedPackage(Message):
    """One installed package, see `venvoy.domain.drift.Package`."""

    name: str = Field(max_length=_TEXT)
    version: str = Field(max_length=_TEXT)
    installer: str = Field(default="", max_length=_TEXT)
    editable: bool = False
    origin: str = Field(default="", max_length=32)
    requested: bool = False


class DriftFact(Message):
    """One difference, see `venvoy.domain.drift.Finding`.

    Attributes:
        kind: a `venvoy.domain.drift.Kind`, or a word of a later release.
    """

    kind: str = Field(max_length=32)
    package: str = Field(max_length=_TEXT)
    path: str = Field(default="", max_length=4_096)
    wanted: str = Field(default="", max_length=_TEXT)
    found: str = Field(default="", max_length=_TEXT)


class ReplicaObservation(Message):
    """All that is seen of one live prefix.

    Attributes:
        sequence: raised by each one of this node; a late one is known by it.
        revision: that went live with the prefix.
        packages: by name.
        findings: the first of them.
        findings_total: how many there are.
    """

    environment: Identifier
    sequence: int
    revision: int | None = None
    packages: tuple[ObservedPackage, ...] = Field(default=(), max_length=MOST_PACKAGES)
    findings: tuple[DriftFact, ...] = Field(default=(), max_length=MOST_FINDINGS)
    findings_total: int = 0

    def digest(self) -> str:
        """Return what tells two contents apart; when they were seen does not count.

        What is not said does not count either, so that a field of a later release leaves
        the digests of what has not got it as they were.
        """
        text = self.model_dump_json(exclude={"sequence", "v"}, exclude_defaults=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def of(
        cls, environment: str, sequence: int, revision: int | None, seen: Observation
    ) -> "ReplicaObservation":
        """Return the message for what was seen, cut to what a message may hold."""
        return cls(
            environment=environment,
            sequence=sequence,
            revision=revision,
            packages=tuple(_package(each) for each in seen.packages[:MOST_PACKAGES]),
            findings=tuple(_fact(each) for each in seen.findings[:MOST_FINDINGS]),
            findings_total=len(seen.findings),
        )


class Offer(Message):
    """What a node could tell of one environment, as `ReplicaObservation.digest` has it."""

    environment: Identifier
    digest: Digest


class ObservedRequest(Message):
    """Offers digests, or tells what was asked for.

    Attributes:
        told: one observation, whole.
    """

    offers: tuple[Offer, ...] = ()
    told: ReplicaObservation | None = None


class ObservedReply(Message):
    """The environments of which the controller lacks what was offered."""

    wanted: tuple[Identifier, ...] = ()


def _package(package: Package) -> ObservedPackage:
    return ObservedPackage(
        name=_printable(package.name),
        version=_printable(package.version),
        installer=_printable(package.installer),
        editable=package.editable,
        origin=package.origin,
        requested=package.requested,
    )


def _fact(finding: Finding) -> DriftFact:
    return DriftFact(
        kind=finding.kind.value,
        package=_printable(finding.package),
        path=_printable(finding.path, 4_096),
        wanted=_printable(finding.wanted),
        found=_printable(finding.found),
    )


def _printable(text: str, most: int = _TEXT) -> str:
    """Names of files are foreign text: without what no JSON and no terminal takes."""
    return "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:most]
    )
