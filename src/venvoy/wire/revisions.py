"""What is asked of revisions that are there."""

from typing import Annotated

from pydantic import Field

from venvoy.wire.schemas import Input

_LARGEST = 2**31 - 1


class RollbackWish(Input):
    """Go back to a revision.

    Attributes:
        to: its number, or a tag.
        force: also where it holds a blocked release; for admins.
    """

    to: Annotated[str, Field(min_length=1, max_length=80)]
    message: Annotated[str, Field(max_length=500)] = ""
    force: bool = False


class TagWish(Input):
    """Name a revision.

    Attributes:
        move: also where the tag names another one.
    """

    revision: Annotated[int, Field(ge=1, le=_LARGEST)]
    move: bool = False
