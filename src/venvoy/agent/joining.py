"""A machine joins a fleet: its key is made, the token shown, the answer kept.

Only the public key, a name, a region and labels leave the machine. Joining again with
the same key changes nothing, so a repeated command or a lost answer does no harm.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from venvoy.agent import departure, identity
from venvoy.agent.controller import (
    Controller,
    NodeRemoved,
    connections,
    fetch_authority,
)
from venvoy.agent.departure import Departed
from venvoy.agent.directory import real, taken
from venvoy.agent.documents import Authority
from venvoy.agent.prefix import Layout
from venvoy.domain.errors import Conflict, InvalidInput, Unauthenticated, Unavailable
from venvoy.wire.joining import JoinToken, NodeJoin, NodeJoined
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to join, and as what.

    Attributes:
        url: the controller's address.
        token: as it was pasted.
        name: of the node; free in the fleet.
        region: empty to leave it to the controller.
        proxy: to reach the controller through; kept.
    """

    url: str
    token: str = field(repr=False)
    name: str
    region: str = ""
    proxy: str | None = field(default=None, repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)


async def join(data: Path, wish: Wish) -> tuple[Membership, bool]:
    """Make this machine a node.

    Returns:
        What it keeps from joining, and whether it became a node just now.

    Raises:
        InvalidInput: `join-token-malformed`, `join-url-insecure`, `node-input-invalid`,
            or for a bad name.
        Conflict: `agent-joined-elsewhere`, `agent-running`, `node-name-taken`.
        Unauthenticated: `join-token-unknown`, `join-token-expired`,
            `join-token-used-up`, `node-removed`, `request-clock-skew`,
            `controller-not-the-tokens`, `controller-certificate-foreign`.
        Unavailable: `controller-unreachable`, or the directory cannot be written.
    """
    token, layout = JoinToken.decode(wish.token), Layout(real(data))
    before = identity.membership(layout)
    if before is not None and before.document_key != token.document_key:
        raise Conflict("agent-joined-elsewhere", url=before.controller_url, name=before.name)
    asked = _asked(wish, token)
    if (departed := departure.begun(layout)) is not None:
        await _finish(layout, departed)
    try:
        url, ca, joined = await _first_answer(wish, token, identity.key(layout), asked)
    except NodeRemoved as removed:
        # Removed while it was away: that is carried out first, then it joins anew.
        if before is None:
            identity.drop_key(layout)
        else:
            await _finish(layout, _proven(before, removed))
        url, ca, joined = await _first_answer(wish, token, identity.key(layout), asked)
    after = Membership(
        node=joined.node,
        name=joined.name,
        controller_url=url,
        document_key=token.document_key,
        ca=ca,
        proxy=wish.proxy,
    )
    if after != before:
        lock = taken(layout)
        try:
            identity.keep(layout, after)
        finally:
            lock.release()
    return after, joined.created


async def _authority(url: str, pin: str | None, proxy: str | None) -> str | None:
    """Return whom to trust at an address; None for the system's trust.

    Raises:
        InvalidInput: `join-url-insecure`; the secret of a token must not be overheard.
    """
    if pin is None:
        return None
    if not url.startswith("https://"):
        raise InvalidInput("join-url-insecure", url=url)
    return await fetch_authority(url, pin, proxy)


def _proven(before: Membership, removed: NodeRemoved) -> Departed:
    authority = Authority(before.node, before.document_key)
    tombstone = authority.removal(removed.tombstone)
    return Departed(url=before.controller_url, tombstone=tombstone)


async def _finish(layout: Layout, departed: Departed) -> None:
    """Carry out an earlier removal, so that this machine may become a node with a new key."""
    with taken(layout):
        await asyncio.to_thread(departure.depart, layout, departed)
        departure.forget(layout)


def _asked(wish: Wish, token: JoinToken) -> NodeJoin:
    try:
        return NodeJoin(
            secret=token.secret, name=wish.name, region=wish.region, labels=dict(wish.labels)
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field_name = ".".join(map(str, first["loc"]))[:80]
        raise InvalidInput("node-input-invalid", field=field_name, reason=first["msg"]) from error


async def _first_answer(
    wish: Wish, token: JoinToken, key: KeyPair, asked: NodeJoin
) -> tuple[str, str | None, NodeJoined]:
    """Ask at the address given, then at those of the token, until one answers."""
    urls = list(dict.fromkeys([wish.url, *token.addresses]))
    refused: Unavailable | None = None
    for each in urls:
        try:
            ca = await _authority(each, token.pin, wish.proxy)
            async with connections(each, ca, wish.proxy) as http:
                joined = await Controller(http, each, key).join(asked)
        except Unavailable as error:
            # What the user typed is what the user must hear about.
            refused = refused or error
            continue
        if joined.document_key != token.document_key:
            raise Unauthenticated("controller-not-the-tokens", url=each)
        return each, ca, joined
    raise refused or Unavailable("controller-unreachable", url=wish.url, reason="")
