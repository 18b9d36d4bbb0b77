"""How much a request may bring.

No document of this API is larger than the longest requirements text; a body above
the limit is refused before it is read, and while it is read where its length was
not announced.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from venvoy.api.problems import BodyTooLarge, respond

BODY_BYTES = 2 * 1024 * 1024


class BodyLimit:
    """Refuses bodies above `BODY_BYTES`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > BODY_BYTES:
            await _refusal(headers)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > BODY_BYTES:
                raise _too_large()
            return message

        await self._app(scope, counted, send)


def _too_large() -> BodyTooLarge:
    return BodyTooLarge("body-too-large", limit=BODY_BYTES)


def _refusal(headers: Headers) -> ASGIApp:
    return respond(_too_large(), headers)
