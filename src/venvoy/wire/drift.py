"""What is shown of drift: per node, how it differs from what was put into it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from venvoy.wire.schemas import Input, Output


class DriftWish(Input):
    """On which nodes something is done about drift.

    Attributes:
        nodes: names; empty for all that it concerns.
    """

    nodes: Annotated[list[str], Field(max_length=1_000)] = []


class DriftEntry(Output):
    """One difference.

    Attributes:
        kind: a `venvoy.domain.drift.Kind`, or a word of an agent of a later release.
        path: of the file, relative to the directory of packages; empty for a package.
        wanted: the version that should be there, empty for none.
        found: the version that is, empty for none.
    """

    kind: str
    package: str
    path: str = ""
    wanted: str = ""
    found: str = ""


class ReplicaDrift(Output):
    """What one node sees in its live prefix.

    Attributes:
        revision: that went live there.
        total: of differences; `entries` has the first of them.
        observed_at: when the controller was told of the last change.
    """

    node: str
    revision: int | None = None
    total: int = 0
    entries: list[DriftEntry] = []
    observed_at: datetime
