"""Answering nodes' requests, by any one of the controllers.

The controller may publish to every inbox, a node only name one. So the reply
subject is checked against the asker, who is known from the subject: else a node
could have the controller write into another node's inbox, or into JetStream.
"""

import json
from collections.abc import Awaitable, Callable

from venvoy.bus.client import REFUSAL_HEADER, Link
from venvoy.bus.connection import Message
from venvoy.bus.events import LinkEvent, ReplyRefused, clean
from venvoy.bus.subscriptions import LinkSubscription
from venvoy.domain.errors import VenvoyError
from venvoy.wire.subjects import node_inbox, parse_request

QUEUE = "controllers"
_CONCURRENCY = 32
_INTERNAL = "internal-error"

RequestHandler = Callable[[str, bytes], Awaitable[bytes]]


async def respond(
    link: Link,
    subject: str,
    handler: RequestHandler,
    *,
    on_event: Callable[[LinkEvent], None] = lambda _: None,
    concurrency: int = _CONCURRENCY,
) -> LinkSubscription:
    """Answer requests, each by one controller of those that are there.

    Args:
        link: the controller's.
        subject: `up.*.req.desired` or `up.*.req.log`.
        handler: gets the asking node's id and the data, returns the answer. Its
            `VenvoyError` is answered by its code; anything else it raises is answered
            by `internal-error` and reported by the link.
        on_event: told of requests that are refused for their reply subject.
        concurrency: how many are answered at once.
    """

    async def answer(message: Message) -> None:
        node, _ = parse_request(message.subject)
        if not message.reply.startswith(f"{node_inbox(node)}."):
            on_event(ReplyRefused(clean(message.subject), clean(message.reply)))
            return
        try:
            data = await handler(node, message.data)
        except VenvoyError as error:
            params = json.dumps(dict(error.params)).encode()
            await link.publish(message.reply, params, headers={REFUSAL_HEADER: error.code})
        except Exception:
            # Without an answer the node would wait out its whole timeout.
            await link.publish(message.reply, b"", headers={REFUSAL_HEADER: _INTERNAL})
            raise
        else:
            await link.publish(message.reply, data)

    return await link.subscribe(subject, answer, queue=QUEUE, concurrency=concurrency)
