"""How much a request may bring.

No document of this API is larger than the longest requirements text; a body above
the limit is refused before it is read, or while it is read where its length was
not announced. Files are another matter: the routes that take them read them piece by
piece and know their own limits.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from venvoy.api.problems import BodyTooLarge, respond

BODY_BYTES = 2 * 1024 * 1024
FILES = frozenset({("POST", "/api/v1/python-archives")})
"""Where files are sent to."""


class BodyLimit:
    """Refuses bodies above `BODY_BYTES`, but for files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a body that is too long, pass everything else on."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) in FILES:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            if "transfer-encoding" in headers:
                receive = _again(await _read(receive), receive)
            elif int(headers.get("content-length", "0")) > BODY_BYTES:
                raise _too_large()
        except BodyTooLarge as error:
            await respond(error, headers)(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _read(receive: Receive) -> bytes:
    """Read a body of unknown length.

    Raises:
        BodyTooLarge: as soon as the limit is passed.
    """
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > BODY_BYTES:
            raise _too_large()
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives `body` in one piece, then what follows it."""
    given = False

    async def receiver() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiver


def _too_large() -> BodyTooLarge:
    return BodyTooLarge("body-too-large", limit=BODY_BYTES)
