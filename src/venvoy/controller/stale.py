"""Edits that started from a version that is no longer the newest: refused, with what differs."""

from venvoy.domain.difference import describe
from venvoy.domain.errors import StaleVersion
from venvoy.domain.version_tag import parse_version
from venvoy.store import audit
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction


async def refuse_stale(
    tx: Transaction, row: EnvironmentRow | NodeRow, if_match: str | None
) -> None:
    """Refuse an edit that started from another version than the live one.

    Raises:
        InvalidInput: `if-match-invalid`.
        StaleVersion: `stale-version`, with who changed what since.
    """
    given = parse_version(if_match)
    if given is None or given == row.version:
        return
    since = await audit.since_version(tx, row.id, given)
    changed = describe(since[0].before or {}, since[-1].after or {}) if since else []
    raise StaleVersion(
        "stale-version",
        name=row.name,
        given=given,
        current=row.version,
        by=sorted({entry.username for entry in since if entry.username}),
        changed=changed,
    )
