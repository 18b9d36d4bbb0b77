"""How one side of a comparison is named.

`NAME` is what an environment wants now, `NAME@REV` and `NAME@TAG` one of its revisions,
`NAME@node:NODE` what a node was observed to hold.
"""

from dataclasses import dataclass

from venvoy.domain.errors import InvalidInput
from venvoy.domain.name import check_name
from venvoy.domain.printable import printable
from venvoy.domain.revision_name import number_or_tag

_NODE = "node:"
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class SideName:
    """A side as it was asked for.

    Attributes:
        environment: its name.
        revision: a number or a tag; None for the wanted one, and where a node is named.
        node: a node's name, None where a revision is asked for.
    """

    environment: str
    revision: int | str | None = None
    node: str | None = None


def parse_side(text: str) -> SideName:
    """Read one side.

    Raises:
        InvalidInput: `side-invalid` for another form, else what the names' own rules refuse.
    """
    environment, at, rest = text.partition("@")
    if not environment or (at and not rest) or "@" in rest or rest == _NODE:
        raise InvalidInput("side-invalid", given=printable(text, _SHOWN))
    check_name(environment)
    if not at:
        return SideName(environment)
    if rest.startswith(_NODE):
        return SideName(environment, node=check_name(rest.removeprefix(_NODE)))
    return SideName(environment, number_or_tag(rest))
