"""Surveys: what a virtual environment that somebody made by hand on a node holds.

A node is asked by a signed command at `dn.<node>.cmd` and answers; it reads and changes
nothing, so a command that is doubled, late or played back does no harm. What is told is
text from outside: names and versions are judged where they are used.
"""

from typing import Annotated, Literal

from pydantic import Field

from venvoy.wire.messages import Identifier, Message
from venvoy.wire.schemas import Input, Output

LONGEST_PATH = 1_000
MOST_PACKAGES = 2_000


class SurveyCommand(Message):
    """Asks a node what a directory holds."""

    kind: Literal["survey"] = "survey"
    node: Identifier
    path: str = Field(max_length=LONGEST_PATH)


class SurveyedFact(Message):
    """One package.

    Attributes:
        origin: a `venvoy.domain.drift.Origin`; empty where an index gave it.
    """

    name: str = Field(max_length=200)
    version: str = Field(max_length=200)
    origin: str = Field(default="", max_length=32)


class SurveyReply(Message):
    """What a directory holds, or why that cannot be told.

    Attributes:
        error: code of the reason, empty where there is none.
        python: the version of its interpreter, such as `3.12.4`.
    """

    error: str = Field(default="", max_length=64)
    python: str = Field(default="", max_length=32)
    packages: tuple[SurveyedFact, ...] = Field(default=(), max_length=MOST_PACKAGES)


class SurveyWish(Input):
    """Asks what a directory on a node holds; its path is absolute, as that node writes it."""

    path: Annotated[str, Field(min_length=1, max_length=LONGEST_PATH)]


class SurveyLoss(Output):
    """A package that no lock can hold.

    Attributes:
        reason: a `venvoy.domain.adoption.Loss`, or a word of a later agent.
    """

    package: str
    version: str
    reason: str


class Survey(Output):
    """What a virtual environment on a node holds, as an environment could be asked for.

    Attributes:
        python: a specifier set for its Python, such as `==3.12.*`.
        requirements: one for each package that a lock can hold, at its very version.
        lost: the others.
    """

    node: str
    path: str
    python: str
    requirements: list[str]
    lost: list[SurveyLoss]
