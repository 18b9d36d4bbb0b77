"""Versions of documents in `ETag` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1).

The tag names the version of what may be edited, not of every byte: an environment's
replicas change state without a new version, so tags serve edits, never caching.
"""

from venvoy.api.problems import VersionNeeded


def tag(version: str) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def version_in(if_match: str | None) -> str | None:
    """Return the version that a change started from; None where any will do (`*`)."""
    if if_match is None or if_match.strip() == "*":
        return None
    return if_match.strip().removeprefix("W/").strip('"')


def needed_version(if_match: str | None) -> str | None:
    """Return the version that a change started from, which must be given.

    Raises:
        VersionNeeded: `version-needed`, where the header is absent.
    """
    if if_match is None or not if_match.strip():
        raise VersionNeeded("version-needed")
    return version_in(if_match)
