"""The documents of the HTTP API, shared by the API and the typed client.

What a user sends forbids unknown fields, so that a typing error is an error; what
the API answers ignores them, so that versions can mix. Field names are stable:
`--json` prints these documents.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

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


class Event(Output):
    """One event of the stream; its text is made from `code` and `params`."""

    id: int
    at: datetime
    code: str
    params: dict[str, object] = {}


class VersionInfo(Output):
    """The controller's version."""

    version: str
    api: str = "v1"
