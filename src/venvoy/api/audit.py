"""The audit log: who changed what, with before and after."""

from fastapi import APIRouter

from venvoy.api.asking import Paged
from venvoy.api.auth import Admin
from venvoy.api.parts import Has
from venvoy.controller import queries
from venvoy.wire.people import AuditEntry
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("", operation_id="list_audit")
async def list_audit(
    parts: Has,
    _: Admin,
    wish: Paged,
    kind: str | None = None,
    subject: str | None = None,
    action: str | None = None,
    username: str | None = None,
) -> Page[AuditEntry]:
    """List changes, newest first.

    A subject is shown as `kind:name`, with the kinds `environment`, `operation` (by the
    name of its environment), `user` and `token`.
    """
    return await queries.list_audit(
        parts.ctx, wish, kind=kind, subject=subject, action=action, username=username
    )
