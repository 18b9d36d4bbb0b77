"""Signing in, who is signed in, signing out."""

import time
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from venvoy.api.auth import COOKIE, Anybody, Viewer, address_of, check_origin
from venvoy.api.parts import Has
from venvoy.controller import signin, tokens
from venvoy.controller.signin import SESSION_AGE, Identity, Means
from venvoy.wire.people import Session, SignIn

router = APIRouter(prefix="/session", tags=["session"])


@router.post("", operation_id="sign_in", status_code=HTTPStatus.CREATED)
async def sign_in(
    request: Request, response: Response, wish: SignIn, parts: Has, _: Anybody
) -> Session:
    """Open a session; the cookie is in the answer's headers."""
    check_origin(request)
    username, address = wish.username.strip().lower(), address_of(request)
    parts.throttle.begin(username, address, time.monotonic())
    secret, who = await signin.sign_in(parts.ctx, parts.passwords, username, wish.password)
    parts.throttle.succeeded(username, address)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_AGE.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _view(who)


@router.get("", operation_id="who")
async def who_is_it(who: Viewer) -> Session:
    """Tell who is signed in."""
    return _view(who)


@router.delete("", operation_id="sign_out", status_code=HTTPStatus.NO_CONTENT)
async def sign_out(request: Request, response: Response, parts: Has, who: Viewer) -> None:
    """End the session; a token that was used instead is revoked."""
    if who.means is Means.TOKEN:
        await tokens.revoke_token(parts.ctx, who.actor, who.id)
        return
    await signin.sign_out(parts.ctx, who)
    response.delete_cookie(
        COOKIE,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _view(who: Identity) -> Session:
    return Session(
        username=who.actor.username,
        role=who.actor.role,
        csrf_token=who.csrf_token,
        expires_at=who.expires_at,
    )
