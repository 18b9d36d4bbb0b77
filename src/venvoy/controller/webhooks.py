"""Webhooks: tells an address of each switch on a node, until it was heard or for some hours.

What is to be told is noted in the transaction that folds the node's report, so that a
kill loses nothing; it may be told twice, under the same id. Nobody who does not answer
holds up others: tries are few at once, short, and further and further apart. An address
may be a secret: nothing here logs it, keeps it elsewhere, or follows where it points.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx
import structlog

from venvoy import __version__
from venvoy.controller.context import Context
from venvoy.controller.supervisor import rounds
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param
from venvoy.domain.hooks import shown_webhook
from venvoy.domain.policy import Policy
from venvoy.domain.report import Folded, Held, Verdict
from venvoy.domain.webhook import MOST_TRIES, SECONDS, Told, follow, wait
from venvoy.store import events, webhooks
from venvoy.store.environments import EnvironmentRow
from venvoy.store.session import Transaction
from venvoy.store.webhooks import DueRow, WebhookRow
from venvoy.wire.messages import CauseMessage

_log = structlog.get_logger(__name__)

_LOOK_S = 2.0
_BATCH = 64
_AT_ONCE = 8
_LEASE = timedelta(seconds=_BATCH / _AT_ONCE * SECONDS + 30)
"""Until another controller may try what this one took up."""


def wanted(environment: EnvironmentRow) -> bool:
    """Whether switches of an environment are told."""
    return bool(Policy.of(environment.policy).after_webhook)


def news(row: WebhookRow | None, before: Held, folded: Folded) -> Told | None:
    """Return what a report changes in what is told of a replica, None for nothing."""
    if folded.verdict is not Verdict.CURRENT:
        return None
    told = row.told if row else None
    after = follow(told, before, folded.held)
    return None if after == told else after


def note(row: WebhookRow | None, policy: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return why a replica's last switch could not be told, as a cause's document."""
    url = Policy.of(policy).after_webhook
    if row is None or not row.problem or not url:
        return None
    params: dict[str, Param] = {
        "address": shown_webhook(url),
        "problem": row.problem,
        "tries": row.tries,
        "most": MOST_TRIES,
    }
    code = "webhook-waiting" if row.due_at else "webhook-failed"
    cause = Cause(code, Step.HOOK, Hop.CONTROLLER, params)
    return CauseMessage.of(cause).model_dump(mode="json")


class Webhooks:
    """The sender.

    Args:
        ctx: of the controller.
        transport: stands in for the network in tests.
    """

    def __init__(self, ctx: Context, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._ctx = ctx
        self._transport = transport
        # It names each address that it asks.
        logging.getLogger("httpx").setLevel(logging.WARNING)

    async def run(self, done: Callable[[], None]) -> None:
        """Send what is due, until cancelled.

        Raises:
            Unavailable: the database failed; run it again.
        """
        await rounds(self.step, wake=self._ctx.wakes.webhooks, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Send all that is due now, each once.

        Raises:
            Unavailable: the database failed; what was sent may be sent again.
        """
        now = self._ctx.clock()
        async with self._ctx.db.read() as tx:
            if not await webhooks.due(tx, now, 1):
                return
        async with self._ctx.db.write() as tx:
            rows = await webhooks.due(tx, now, _BATCH)
            for row in rows:
                await webhooks.settle(tx, row, due_at=now + _LEASE)
        places = asyncio.Semaphore(_AT_ONCE)
        limits = httpx.Timeout(SECONDS)
        async with httpx.AsyncClient(
            timeout=limits, follow_redirects=False, transport=self._transport
        ) as client:

            async def one(row: DueRow) -> str | None:
                async with places:
                    return await _send(client, row)

            problems = await asyncio.gather(*map(one, rows))
        async with self._ctx.db.write() as tx:
            for row, problem in zip(rows, problems, strict=True):
                if problem is None:
                    await webhooks.settle(tx, row, due_at=None, tries=0, problem="")
                else:
                    await self._failed(tx, row, problem)
            tx.after_commit(self._ctx.wakes.changed.ring)

    async def _failed(self, tx: Transaction, row: DueRow, problem: str) -> None:
        tries, now = row.tries + 1, self._ctx.clock()
        pause = wait(tries)
        due_at = None if pause is None else now + pause
        await webhooks.settle(tx, row, due_at=due_at, tries=tries, problem=problem)
        code = "webhook-failed" if pause is None else "webhook-waiting"
        names = {"environment": row.environment, "environment_id": row.environment_id}
        events.add(tx, code, now, **names, node=row.node, problem=problem, tries=tries)
        _log.warning(code, environment=row.environment, node=row.node, problem=problem, tries=tries)


async def _send(client: httpx.AsyncClient, row: DueRow) -> str | None:
    """Send one; return why that failed, None where it was heard or nobody wants it."""
    url = Policy.of(row.policy).after_webhook
    if not url or row.deleted_at is not None:
        return None
    headers = {"Content-Type": "application/json", "User-Agent": f"venvoy/{__version__}"}
    try:
        async with (
            asyncio.timeout(SECONDS),
            client.stream("POST", url, content=_body(row), headers=headers) as answer,
        ):
            return None if answer.is_success else f"http-{answer.status_code}"
    except (TimeoutError, httpx.TimeoutException):
        return "timed-out"
    except httpx.ConnectError:
        return "unreachable"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        # Not its text, which may quote the address.
        return type(error).__name__


def _body(row: DueRow) -> bytes:
    document = {
        "v": 1,
        "id": row.event,
        "code": row.code.value,
        "at": row.at.isoformat(),
        "params": {
            "environment": row.environment,
            "environment_id": row.environment_id,
            "node": row.node,
            "node_id": row.node_id,
            "revision": row.revision,
            "previous_revision": row.previous,
            "reason": row.reason,
        },
    }
    return json.dumps(document).encode()
