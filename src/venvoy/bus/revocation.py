"""Shutting a node out at once: the server drops it within milliseconds.

The account token with the revocation is on disk before the server hears of it, so
a revocation outlives a crash at any moment; while the server is down it takes
effect at its next start.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Sequence

from venvoy.bus.account import Account
from venvoy.bus.connection import Connection, Target, connect
from venvoy.bus.events import clean
from venvoy.domain.errors import Unavailable
from venvoy.wire.credentials import UserCredentials, system_token
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.permissions import CLAIMS_UPDATE, SYSTEM_INBOX

_LIFETIME_S = 60
_DEADLINE_S = 5.0


class Revoker:
    """Revokes users of the embedded server.

    Args:
        url: gives the server's present address.
        system: the system account's key.
        account: the account token's one writer.
        tls: how to check the server's certificate, None where it is plain.
        now: seconds since 1970.
    """

    def __init__(
        self,
        url: Callable[[], str],
        system: KeyPair,
        account: Account,
        *,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._system = system
        self._account = account
        self._tls = tls
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def revoke(self, public_key: str) -> None:
        """Void every token of a user key that was issued up to now, and end its connections.

        Raises:
            InvalidInput: `nkey-invalid`.
            Unavailable: `revocation-pending` with the reason: it is on disk and holds
                from the server's next start; call again to have it at once. Or as
                `storage_errors`; then nothing was revoked.
        """
        async with self._one_at_a_time:
            token = await asyncio.to_thread(self._account.revoke, public_key, int(self._now()))
            try:
                await self._push([self._url()], token)
            except Exception as error:
                reason = clean(error) or type(error).__name__
                raise Unavailable("revocation-pending", key=public_key, reason=reason) from error

    async def _push(self, urls: Sequence[str], token: str) -> None:
        target = Target(urls, SYSTEM_INBOX, "venvoy-claims", self._tls, _DEADLINE_S)
        connection = await connect(target, self._credentials())
        try:
            await self._update(connection, token)
        finally:
            await connection.close()

    async def _update(self, connection: Connection, token: str) -> None:
        answer = await connection.request(
            CLAIMS_UPDATE, token.encode(), timeout_s=_DEADLINE_S, headers=None
        )
        said = json.loads(answer.data)
        if "error" in said:
            raise Unavailable("revocation-refused", reason=clean(said["error"]))

    def _credentials(self) -> UserCredentials:
        key = KeyPair.generate(Role.USER)
        token = system_token(
            self._system,
            public_key=key.public,
            issued_at=int(self._now()),
            lifetime_s=_LIFETIME_S,
        )
        return UserCredentials(key, token)
