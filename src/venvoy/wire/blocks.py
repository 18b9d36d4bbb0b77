"""Blocked releases in the HTTP API."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from venvoy.wire.find import FoundTotals
from venvoy.wire.schemas import Input, Output


class BlockWish(Input):
    """A release that no environment may be resolved to any more.

    Attributes:
        release: a package with at most one clause, such as `requests==2.31.0`; a name
            alone blocks every release.
        reason: shown wherever the block is met.
    """

    release: Annotated[str, Field(min_length=1, max_length=500)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class BlockedRelease(Output):
    """A blocked release, and where it is already.

    Attributes:
        held: by how many replicas, on how many nodes, and by how many revisions.
    """

    id: str
    release: str
    reason: str
    author: str | None = None
    created_at: datetime
    held: FoundTotals = FoundTotals()
