"""How a revision is named: by its number, or by a tag that somebody gave it."""

import re

from venvoy.domain.errors import InvalidInput

_TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_SHOWN = 80


def check_tag(tag: str) -> str:
    """Return `tag` unchanged if it may be one.

    Raises:
        InvalidInput: `tag-numeric` for what reads as a revision's number, else
            `tag-invalid`; with the tag as given (cut for display).
    """
    if tag.isdecimal():
        raise InvalidInput("tag-numeric", tag=tag[:_SHOWN])
    if not _TAG.fullmatch(tag):
        raise InvalidInput("tag-invalid", tag=tag[:_SHOWN])
    return tag


def number_or_tag(name: str) -> int | str:
    """Return what a revision is called by.

    Raises:
        InvalidInput: `tag-invalid`; it is neither.
    """
    return int(name) if _NUMBER.fullmatch(name) else check_tag(name)
