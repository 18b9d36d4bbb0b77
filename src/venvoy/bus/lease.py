"""Leases: at most one controller at a time does what only one may do.

A lease is a key in the bucket `leases` that the server lets die after its time to
live. It is taken by writing where nothing stands and kept by writing over one's own
last revision, so two can never both succeed. The revision by which it was taken is
the fencing token: higher for every later holder. A holder that was frozen may still
believe in its lease for a moment, so whatever it writes to the database is guarded
by the token there.
"""

import asyncio
import base64
import contextlib
import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable

from venvoy.bus.jetstream import EXPECTED_SEQUENCE, JetStream
from venvoy.domain.errors import InvalidInput, StaleVersion, TimedOut, Unavailable
from venvoy.wire.subjects import LEASE_BUCKET, kv_stream, kv_subject

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_RELEASE_S = 2.0


class Lease:
    """One lease, as one would-be holder sees it.

    Args:
        jetstream: over the controller's link.
        name: what the lease is for, such as `outbox`.
        ttl_s: whole seconds after which a holder that went silent has lost it.

    Raises:
        InvalidInput: `lease-name-invalid`.
    """

    def __init__(self, jetstream: JetStream, name: str, *, ttl_s: int = 10) -> None:
        if not _NAME.fullmatch(name):
            raise InvalidInput("lease-name-invalid", name=name[:80])
        self._jetstream = jetstream
        self._subject = kv_subject(LEASE_BUCKET, name)
        self._ttl_s = ttl_s
        self._tenure = b""
        self._revision = 0
        self._held_until = 0.0

    async def acquire(self) -> int | None:
        """Take the lease if nobody has it.

        Returns:
            The fencing token, or None while somebody else holds it.

        Raises:
            JetStreamError, Unavailable, TimedOut: as `JetStream.call`; a write whose
                answer was lost dies by itself after the time to live.
        """
        self._tenure = secrets.token_hex(16).encode()
        try:
            await self._write(expected=0)
        except StaleVersion:
            return None
        return self._revision

    async def keep(self) -> bool:
        """Renew the lease; to be called well within its time to live.

        Returns:
            Whether it is still held. While the server cannot be reached that is so
            until the time to live since the last renewal is over.
        """
        try:
            async with asyncio.timeout(max(0.0, self._held_until - time.monotonic())):
                try:
                    await self._write(expected=self._revision)
                except StaleVersion:
                    return await self._recover()
        except (Unavailable, TimedOut, TimeoutError):
            return time.monotonic() < self._held_until
        return True

    async def release(self) -> None:
        """Give the lease up if it is still held, so that others need not wait."""
        with contextlib.suppress(Unavailable, TimedOut, TimeoutError):
            async with asyncio.timeout(_RELEASE_S):
                # By sequence number: it can only hit one's own write.
                await self._jetstream.call(
                    f"STREAM.MSG.DELETE.{kv_stream(LEASE_BUCKET)}",
                    {"seq": self._revision, "no_erase": True},
                )

    @property
    def ttl_s(self) -> int:
        """Seconds that it lives without renewal."""
        return self._ttl_s

    async def _write(self, *, expected: int) -> None:
        # Counted from before the write, so it ends here no later than at the server.
        began = time.monotonic()
        headers = {EXPECTED_SEQUENCE: str(expected), "Nats-TTL": f"{self._ttl_s}s"}
        self._revision = await self._jetstream.put(self._subject, self._tenure, headers)
        self._held_until = began + self._ttl_s

    async def _recover(self) -> bool:
        """After an answer was lost: is the last write one's own?"""
        found = await self._jetstream.last(kv_stream(LEASE_BUCKET), self._subject)
        if found is None or base64.b64decode(found.get("data", "")) != self._tenure:
            return False
        try:
            await self._write(expected=int(found["seq"]))
        except StaleVersion:
            return False
        return True


async def run_alone(lease: Lease, work: Callable[[int], Awaitable[None]]) -> None:
    """Do work while, and only while, the lease is held; wait for it as long as it takes.

    Args:
        lease: of this work.
        work: called with the fencing token each time the lease is won; cancelled when
            it is lost, and called again when it is won again.

    Returns:
        When `work` returns.

    Raises:
        Exception: whatever `work` raises, after the lease was given up.
    """
    while True:
        token = None
        with contextlib.suppress(Unavailable, TimedOut):
            token = await lease.acquire()
        if token is None:
            await asyncio.sleep(lease.ttl_s / 3 * (0.5 + random.random()))  # noqa: S311 - spread, no secret
        elif await _run_while_held(lease, asyncio.ensure_future(work(token))):
            return


async def _run_while_held(lease: Lease, work: "asyncio.Future[None]") -> bool:
    try:
        held = True
        while held and not work.done():
            await asyncio.wait({work}, timeout=lease.ttl_s / 3)
            held = work.done() or await lease.keep()
        if work.done():
            work.result()
            return True
        return False
    finally:
        work.cancel()
        await asyncio.wait({work})
        await lease.release()
