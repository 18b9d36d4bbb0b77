"""Answers a node that ships log lines: `up.<node>.req.log`.

A node may write to the logs of its own operations and no others. The answer is the
sequence that is wanted next, so whatever was lost on the way is shipped again. Lines
of an operation that a restored database has forgotten are taken and dropped: refused,
they would be shipped for ever.
"""

from collections import OrderedDict

from pydantic import ValidationError

from venvoy.controller.complaints import Complaints
from venvoy.controller.logs import LogStore
from venvoy.domain.errors import Forbidden, InvalidInput
from venvoy.store import operations
from venvoy.store.session import Database
from venvoy.wire.messages import LogBatch, LogReply

_KNOWN = 4_096
_NOBODY = ""


class Shipments:
    """Takes lines in.

    Args:
        db: where operations are.
        logs: keeps the lines.
    """

    def __init__(self, db: Database, logs: LogStore) -> None:
        self._db = db
        self._logs = logs
        self._complaints = Complaints()
        # An operation's node never changes, so what was looked up stays true.
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def answer(self, node: str, data: bytes) -> bytes:
        """Keep the lines and return which is wanted next.

        Args:
            node: id of the node that ships, as proven by the subject.
            data: a `LogBatch`.

        Raises:
            InvalidInput: `message-unreadable`.
            Forbidden: `operation-of-another`.
            Unavailable: database or disk failed; ship again.
        """
        try:
            batch = LogBatch.model_validate_json(data)
        except ValidationError as error:
            raise InvalidInput("message-unreadable", subject=f"up.{node}.req.log") from error
        owner = await self._owner(batch.operation)
        if owner == _NOBODY:
            self._complaints.warn("log-of-unknown-operation", node, operation=batch.operation)
            wanted = batch.lines[-1].sequence + 1 if batch.lines else 0
        elif owner == node:
            wanted = await self._logs.append(batch.operation, batch.lines, final=batch.final)
        else:
            raise Forbidden("operation-of-another", operation=batch.operation)
        return LogReply(next=wanted).model_dump_json().encode()

    async def _owner(self, operation: str) -> str | None:
        """Return a node's id, None for the controller's own work, or `_NOBODY`."""
        known = self._owners.get(operation)
        if known is not None:
            return known
        async with self._db.read() as tx:
            row = await operations.get(tx, operation)
        if row is None:
            return _NOBODY
        if row.node_id is not None:
            self._owners[operation] = row.node_id
            if len(self._owners) > _KNOWN:
                self._owners.popitem(last=False)
        return row.node_id
