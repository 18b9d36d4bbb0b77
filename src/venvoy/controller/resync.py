"""Answers a node that asks what it should hold: `up.<node>.req.desired`.

Straight from the database, so an answer is right even while the bucket is not. Which
node asks is known from the subject, which its credentials prove; it learns of its
own replicas only. A page holds numbers; the documents that it lacks the node then
asks for by id.
"""

import base64

from pydantic import ValidationError

from venvoy.controller.desired import Documents, Wanted
from venvoy.domain.errors import InvalidInput
from venvoy.store import meta, node_pythons, replicas
from venvoy.store.session import Database
from venvoy.wire.messages import ResyncEntry, ResyncReply, ResyncRequest
from venvoy.wire.pythons import KIND

_PAGE = 500
_WANTED = 200
_BYTES = 700_000
"""Documents of one answer, as base64: NATS carries 1 MiB in a message."""


class Resync:
    """Answers requests.

    Args:
        db: where replicas are.
        documents: signs.
        page: entries of one page.
    """

    def __init__(self, db: Database, documents: Documents, page: int = _PAGE) -> None:
        self._db = db
        self._documents = documents
        self._page = page

    async def answer(self, node: str, data: bytes) -> bytes:
        """Return a page of entries, or the documents that were asked for.

        Not all of the documents if they are too many: the node asks again.

        Args:
            node: id of the node that asks, as proven by the subject.
            data: a `ResyncRequest`.

        Raises:
            InvalidInput: `message-unreadable`.
            Unavailable: the database failed.
        """
        try:
            request = ResyncRequest.model_validate_json(data)
        except ValidationError as error:
            raise InvalidInput("message-unreadable", subject=f"up.{node}.req.desired") from error
        reply = await (self._whole if request.want else self._entries)(node, request)
        return reply.model_dump_json().encode()

    async def _entries(self, node: str, request: ResyncRequest) -> ResyncReply:
        async with self._db.read() as tx:
            epoch = await meta.epoch(tx)
            rows = await replicas.desired_of_node(tx, node, after=request.after, limit=self._page)
            # A handful, so they are all on the first page.
            asked = KIND in request.kinds and request.after is None
            pythons = await node_pythons.desired_of_node(tx, node) if asked else []
        numbers = [(row.environment_id, row.epoch, row.generation) for row in rows]
        numbers += [(row.archive_id, row.epoch, row.generation) for row in pythons]
        entries = tuple(
            ResyncEntry(environment=subject, epoch=epoch, generation=generation)
            for subject, epoch, generation in numbers
        )
        following = rows[-1].environment_id if len(rows) == self._page else None
        return ResyncReply(epoch=epoch, entries=entries, next=following)

    async def _whole(self, node: str, request: ResyncRequest) -> ResyncReply:
        only = request.want[:_WANTED]
        async with self._db.read() as tx:
            epoch = await meta.epoch(tx)
            rows: list[Wanted] = [
                *await node_pythons.desired_of_node(tx, node, only),
                *await replicas.desired_of_node(tx, node, only=only, limit=_WANTED),
            ]
        documents: list[str] = []
        size = 0
        for row in rows:
            encoded = base64.b64encode(self._documents.signed(row)).decode("ascii")
            size += len(encoded)
            if documents and size > _BYTES:
                break
            documents.append(encoded)
        return ResyncReply(epoch=epoch, documents=tuple(documents))
