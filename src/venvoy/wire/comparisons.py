"""What differs between two sides, in the HTTP API."""

from datetime import datetime

from venvoy.domain.comparison import Kind, Part
from venvoy.wire.schemas import Output


class ComparedSide(Output):
    """One side as it was found.

    Attributes:
        environment: its name.
        revision: the number that was compared.
        node: the node whose live prefix it is, None where a revision was asked for.
        observed_at: when the node told what it holds. None where it has not told of its
            live revision yet: then the side is what it should hold.
        tags: of that revision.
    """

    environment: str
    revision: int
    node: str | None = None
    observed_at: datetime | None = None
    tags: list[str] = []


class ComparedValue(Output):
    """One thing that an entry says.

    Attributes:
        marker: empty where it always holds.
        origin: where an observed package came from that no index gave, such as
            `editable`: a `venvoy.domain.drift.Origin`, or a word of a later agent.
    """

    text: str
    marker: str = ""
    origin: str = ""


class ComparedEntry(Output):
    """One entry of both sides.

    Attributes:
        part: what it belongs to.
        name: of the package, platform or setting; for `python_for` the node or labels.
        kind: how it differs.
        before, after: what each side says, empty where it has no such entry; a package
            that is locked at several versions has all of them.
    """

    part: Part
    name: str
    kind: Kind
    before: list[ComparedValue]
    after: list[ComparedValue]


class Comparison(Output):
    """Two sides and what differs between them.

    Attributes:
        before, after: the sides, in the order asked for.
        counts: how many entries there are of each kind, equal ones included.
        entries: those that differ; all of them where that was asked for.
    """

    before: ComparedSide
    after: ComparedSide
    counts: dict[Kind, int]
    entries: list[ComparedEntry]
