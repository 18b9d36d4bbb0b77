"""What an agent asks over HTTP, each request signed with its own key."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from venvoy.api.auth import Anybody, SignedKey, SignedNode
from venvoy.api.etags import tag
from venvoy.api.parts import Has
from venvoy.controller import joining, python_archives, queries, removals
from venvoy.domain.errors import NotFound
from venvoy.wire.joining import NodeJoin, NodeJoined, NodeLeave, NodeRemoved
from venvoy.wire.nodes import NodeCredentials
from venvoy.wire.tenure import TenureClaim

router = APIRouter(tags=["node"])

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.post("/node/join", operation_id="join_node")
async def join(parts: Has, key: SignedKey, wish: NodeJoin) -> NodeJoined:
    """Make the machine whose key signed a node, by a join token."""
    return await joining.join(parts.ctx, parts.controller.credentials, key, wish)


@router.post("/node/leave", operation_id="leave_fleet")
async def leave(parts: Has, node: SignedNode, wish: NodeLeave) -> NodeRemoved:
    """Take the node that asks out of the fleet; return its signed tombstone."""
    await parts.controller.tenures.may_leave(node, wish.claim)
    gone = await removals.leave(parts.ctx, node, keep_data=wish.keep_data)
    return NodeRemoved(tombstone=parts.controller.credentials.tombstone(gone))


@router.post("/node/credentials", operation_id="renew_node_credentials")
async def renew(
    request: Request, parts: Has, node: SignedNode, claim: TenureClaim | None = None
) -> NodeCredentials:
    """Return the next short-lived token for NATS, to the one machine that acts as the node."""
    address = request.client.host if request.client else ""
    await parts.controller.tenures.claim(node, claim, address)
    credentials = parts.controller.credentials
    access = credentials.issue(node, request.url.hostname)
    return NodeCredentials(
        jwt=access.token,
        nats_urls=list(access.nats_urls),
        nats_ca=credentials.reach.nats_ca,
        expires_at=access.expires_at,
    )


@router.get("/ca", operation_id="fetch_ca", response_class=PlainTextResponse)
async def fetch_ca(parts: Has, _: Anybody) -> str:
    """Return the authority behind the controller's certificate, for who pins it.

    Whoever asks cannot trust this answer yet: it proves itself by the pin alone.
    """
    found = parts.controller.credentials.reach.ca
    if found is None:
        raise NotFound("authority-none")
    return found


@router.get("/locks/{digest}", operation_id="fetch_lock", response_class=Response)
async def fetch_lock(digest: Digest, parts: Has, node: SignedNode) -> Response:
    """Return a lock's canonical bytes, to a node that an environment puts it on."""
    data = await queries.lock_for_node(parts.ctx, digest, node.id)
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "ETag": tag(digest)}
    return Response(data, media_type="application/json", headers=headers)


@router.get("/node/pythons/{digest}", operation_id="fetch_python", response_class=FileResponse)
async def fetch_python(digest: Digest, parts: Has, node: SignedNode) -> FileResponse:
    """Return an interpreter's archive, whole or from a byte on, to a node that is to have it."""
    path = await python_archives.file_for_node(parts.ctx, digest, node.id)
    return FileResponse(path, media_type="application/gzip", headers={"ETag": tag(digest)})
