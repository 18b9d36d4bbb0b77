"""Using up the nonces of signed requests, many in one transaction.

When NATS or the controller comes back, every node of the fleet signs a request within
the same seconds. A transaction is forced to the disk; one for each would have the last
of a thousand wait for all. Those that arrive while one is written share the next.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from venvoy.domain.errors import Unauthenticated, VenvoyError
from venvoy.store import nodes
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Database, Transaction
from venvoy.wire.signing import CLOCK_SKEW_S, RequestSignature

_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class _Waiting:
    signature: RequestSignature
    answer: "asyncio.Future[NodeRow]"


class Nonces:
    """Claims nonces.

    Args:
        db: where nodes and nonces are.
        clock: aware, UTC.
        refuse: raises for a node that may not ask.
    """

    def __init__(
        self, db: Database, clock: Callable[[], datetime], refuse: Callable[[NodeRow], None]
    ) -> None:
        self._db = db
        self._clock = clock
        self._refuse = refuse
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def claim(self, signature: RequestSignature) -> NodeRow:
        """Return the node whose key signed, once per signature.

        Raises:
            Unauthenticated: `node-unknown`, `request-replayed`, or as `refuse`.
            Unavailable: the database failed.
        """
        answer: asyncio.Future[NodeRow] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(signature, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="nonces")
        return await answer

    async def _write(self) -> None:
        while self._waiting:
            batch = self._waiting[:_TOGETHER]
            del self._waiting[:_TOGETHER]
            try:
                async with self._db.write() as tx:
                    found = await self._claim_all(tx, batch)
            except asyncio.CancelledError:
                for each in batch:
                    each.answer.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - it is each asker's to deal with
                for each in batch:
                    _settle(each, error)
                continue
            for each, outcome in zip(batch, found, strict=True):
                _settle(each, outcome)

    async def _claim_all(
        self, tx: Transaction, batch: list[_Waiting]
    ) -> list[NodeRow | VenvoyError]:
        known = await nodes.by_keys(tx, {each.signature.public_key for each in batch})
        await nodes.forget_nonces(tx, self._clock())
        return [await self._claim(tx, known, each.signature) for each in batch]

    async def _claim(
        self, tx: Transaction, known: dict[str, NodeRow], signature: RequestSignature
    ) -> NodeRow | VenvoyError:
        node = known.get(signature.public_key)
        if node is None:
            return Unauthenticated("node-unknown")
        try:
            self._refuse(node)
        except VenvoyError as refused:
            return refused
        signed_at = datetime.fromtimestamp(signature.timestamp_ms / 1000, UTC)
        # Past this the age of the signature alone refuses it.
        expires_at = signed_at + timedelta(seconds=CLOCK_SKEW_S + 1)
        fresh = await nodes.claim_nonce(tx, node.id, signature.nonce, expires_at=expires_at)
        return node if fresh else Unauthenticated("request-replayed")


def _settle(waiting: _Waiting, outcome: NodeRow | Exception) -> None:
    if waiting.answer.done():  # whoever asked has gone
        return
    if isinstance(outcome, Exception):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)
