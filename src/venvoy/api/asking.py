"""What many routes read from a request in the same way: pages, claims, versions."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response

from venvoy.api.language import language_of
from venvoy.api.parts import Parts, parts_of
from venvoy.controller.context import Context
from venvoy.controller.signin import Identity
from venvoy.domain.errors import InvalidInput
from venvoy.store.idempotency import Claim
from venvoy.store.pages import LIMIT, Paging

_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a route: the request, the answer's headers, the parts to work with."""

    request: Request
    response: Response
    parts: Parts

    @property
    def ctx(self) -> Context:
        """The context of commands and queries."""
        return self.parts.ctx

    @property
    def language(self) -> str:
        """The reader's language."""
        return language_of(self.request.headers)


def _call(request: Request, response: Response) -> Call:
    return Call(request, response, parts_of(request))


Called = Annotated[Call, Depends(_call)]


def _paging(
    sort: Annotated[str | None, Query(max_length=64, description="`-` first: descending")] = None,
    cursor: Annotated[str | None, Query(max_length=1_000, description="`next` of a page")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT)] = 50,
) -> Paging:
    return Paging(sort=sort or None, cursor=cursor or None, limit=limit)


Paged = Annotated[Paging, Depends(_paging)]
IfMatch = Annotated[str | None, Header(alias="If-Match")]


async def claim_of(request: Request, who: Identity) -> Claim | None:
    """Return the claim of a request with an `Idempotency-Key`, None without one.

    Raises:
        InvalidInput: `idempotency-key-invalid`.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 0 < len(key) <= _KEY_LENGTH or not key.isprintable():
        raise InvalidInput("idempotency-key-invalid", limit=_KEY_LENGTH)
    return Claim(
        user_id=who.actor.user_id,
        key=key,
        route=f"{request.method} {request.url.path}"[:255],
        digest=hashlib.sha256(await request.body()).hexdigest(),
    )
