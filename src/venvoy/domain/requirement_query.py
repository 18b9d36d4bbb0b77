"""A search for requirements as their owners wrote them.

Requirements are kept in canonical form: names normalised, extras and specifiers
sorted, no spaces. What is searched for is brought into the same form, and taken apart
where it is a requirement, so that `NumPy >= 2` finds `numpy<3,>=2`.
"""

import re
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

AFTER_NAME = "[<>=!~; "
"""The characters that may follow a name in a canonical requirement."""

_NAME = re.compile(r"^[a-z0-9._-]+")
_SEPARATORS = re.compile(r"[._-]+")


@dataclass(frozen=True, slots=True)
class RequirementQuery:
    """What a requirement must have, in lower case.

    Attributes:
        name: its whole normalised name; empty for any.
        parts: each stands somewhere in it.
        spellings: one of them stands somewhere in it; empty where the rest says all.
    """

    name: str = ""
    parts: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


def requirement_query(text: str) -> RequirementQuery:
    """Return what a requirement must have to be found by `text`.

    A bare name, and what is no whole requirement, may stand anywhere. It is looked for
    with its name normalised, and as it is: `2.32` is a part of a version, too.
    """
    wanted = text.strip().lower()
    try:
        asked = Requirement(wanted)
    except InvalidRequirement:
        return _anywhere(wanted)
    parts = (
        *(canonicalize_name(extra) for extra in asked.extras),
        *(str(each) for each in asked.specifier),
        *((asked.url,) if asked.url else ()),
    )
    if not parts:
        return _anywhere(wanted)
    return RequirementQuery(canonicalize_name(asked.name), tuple(sorted(parts)))


def _anywhere(wanted: str) -> RequirementQuery:
    dense = "".join(wanted.split())
    normal = _NAME.sub(lambda name: _SEPARATORS.sub("-", name[0]), dense)
    return RequirementQuery(spellings=tuple(sorted({dense, normal})))
