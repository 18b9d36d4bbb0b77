"""JetStream's API, as far as the controller needs it: JSON over requests.

It goes through the link, so that it survives lost connections and knows a refusal
from a timeout, which the client library's own JetStream context does not. Nodes have
no right to any of it.
"""

import json
from collections.abc import Mapping
from typing import Any

from venvoy.bus.client import Link
from venvoy.bus.events import clean
from venvoy.domain.errors import StaleVersion, Unavailable

# Error codes of the server's `server/errors.json`.
_NO_MESSAGE = 10037
_INSUFFICIENT_STORAGE = frozenset({10023, 10047})
_NAME_IN_USE = 10058
_WRONG_LAST_SEQUENCE = frozenset({10071, 10164})
_API = "$JS.API"

EXPECTED_SEQUENCE = "Nats-Expected-Last-Subject-Sequence"


class JetStreamError(Unavailable):
    """JetStream refused; `number` is its own error code."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__("bus-jetstream-refused", number=number, reason=reason)
        self.number = number


class JetStream:
    """The API over one link.

    Args:
        link: the controller's.
        timeout_s: seconds that one call may take.
    """

    def __init__(self, link: Link, timeout_s: float = 5.0) -> None:
        self.link = link
        self._timeout_s = timeout_s

    async def call(self, subject: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call `$JS.API.<subject>` and return its answer.

        Raises:
            JetStreamError: the call was refused.
            Unavailable: `bus-disk-full`, or as `Link.request`.
            TimedOut: `bus-timeout`.
        """
        data = json.dumps(body).encode() if body else b""
        answer = await self.link.request(f"{_API}.{subject}", data, timeout_s=self._timeout_s)
        return _read(answer.data)

    async def put(self, subject: str, data: bytes, headers: Mapping[str, str]) -> int:
        """Store a message and return its sequence number, once it is on disk.

        Raises:
            StaleVersion: `bus-revision-stale`, if the headers expect another state.
            JetStreamError, Unavailable, TimedOut: as `call`.
        """
        answer = await self.link.request(subject, data, timeout_s=self._timeout_s, headers=headers)
        try:
            return int(_read(answer.data)["seq"])
        except JetStreamError as error:
            if error.number in _WRONG_LAST_SEQUENCE:
                raise StaleVersion("bus-revision-stale", subject=subject) from None
            raise

    async def last(self, stream: str, subject: str) -> dict[str, Any] | None:
        """Return the last stored message of a subject, as the API gives it, or None.

        Raises:
            JetStreamError, Unavailable, TimedOut: as `call`.
        """
        try:
            answer = await self.call(f"STREAM.MSG.GET.{stream}", {"last_by_subj": subject})
        except JetStreamError as error:
            if error.number == _NO_MESSAGE:
                return None
            raise
        message: dict[str, Any] = answer["message"]
        return message

    async def ensure_stream(self, config: Mapping[str, Any]) -> None:
        """Create a stream, or bring one that is there to this configuration.

        Raises:
            JetStreamError, Unavailable, TimedOut: as `call`.
        """
        try:
            await self.call(f"STREAM.CREATE.{config['name']}", config)
        except JetStreamError as error:
            if error.number != _NAME_IN_USE:
                raise
            await self.call(f"STREAM.UPDATE.{config['name']}", config)

    async def ensure_consumer(self, stream: str, config: Mapping[str, Any]) -> None:
        """Create a durable consumer, or bring one that is there to this configuration.

        Raises:
            JetStreamError, Unavailable, TimedOut: as `call`.
        """
        body = {"stream_name": stream, "config": config, "action": ""}
        await self.call(f"CONSUMER.CREATE.{stream}.{config['durable_name']}", body)


def _read(data: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(data)
        refusal = answer.get("error")
    except (ValueError, AttributeError):
        raise JetStreamError(0, "an answer that is not JSON") from None
    if refusal is None:
        return answer
    number, reason = int(refusal.get("err_code", 0)), clean(refusal.get("description", ""))
    if number in _INSUFFICIENT_STORAGE or "no space left" in reason.lower():
        raise Unavailable("bus-disk-full", path="JetStream", reason=reason)
    raise JetStreamError(number, reason)
