"""What is stored in NATS: desired state going down, observed state coming up.

Both are made again from the database and the agents if they are lost. The bucket
`desired` holds one signed document per replica; the server republishes each write to
the node, whose plain subscription is live the moment it connects. The stream
`STATUS` keeps the last status of each replica, so that a controller that was down
misses none. It acknowledges nothing and allows no rollup: nodes write to its
subjects, and either would let them act on what is not theirs.
"""

import base64
from dataclasses import dataclass
from typing import Any

from venvoy.bus.jetstream import EXPECTED_SEQUENCE, JetStream
from venvoy.wire.subjects import (
    ANY_STATUS,
    DESIRED_BUCKET,
    STATUS_STREAM,
    ReplicaAddress,
    check_id,
    kv_stream,
    kv_subject,
    parse_desired_key,
    status,
)

_MIB = 1024 * 1024
_STATUS_LIMITS = {
    # A node can name environments that are not there; what it can fill is bounded.
    "max_msgs": 2_000_000,
    "max_bytes": 1024 * _MIB,
    "max_msg_size": _MIB // 4,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in the bucket.

    Attributes:
        key: `<node>.<environment>`.
        value: the signed document.
        revision: the bucket's own number for this write.
    """

    key: str
    value: bytes
    revision: int


class DesiredState:
    """The bucket `desired`; for controllers only.

    Args:
        jetstream: over the controller's link.
    """

    def __init__(self, jetstream: JetStream) -> None:
        self._jetstream = jetstream

    async def put_desired(self, key: str, document: bytes, expected_revision: int) -> int:
        """Store a document and have it sent to its node.

        Args:
            key: from `subjects.desired_key`.
            document: signed, at most 1 MiB.
            expected_revision: of the value that it replaces, 0 for a key that must
                not be there yet.

        Returns:
            The new revision.

        Raises:
            StaleVersion: `bus-revision-stale`; somebody else wrote in between.
            InvalidInput: `subject-invalid` or `bus-message-too-large`.
            JetStreamError, Unavailable, TimedOut: as `JetStream.call`.
        """
        parse_desired_key(key)
        expected = {EXPECTED_SEQUENCE: str(expected_revision)}
        return await self._jetstream.put(kv_subject(DESIRED_BUCKET, key), document, expected)

    async def read_desired(self, key: str) -> Entry | None:
        """Return what stands under a key, or None.

        Raises:
            InvalidInput: `subject-invalid`.
            JetStreamError, Unavailable, TimedOut: as `JetStream.call`.
        """
        parse_desired_key(key)
        subject = kv_subject(DESIRED_BUCKET, key)
        found = await self._jetstream.last(kv_stream(DESIRED_BUCKET), subject)
        if found is None:
            return None
        return Entry(key, base64.b64decode(found.get("data", "")), int(found["seq"]))

    async def remove_desired(self, key: str, revision: int) -> None:
        """Take away what stands under a key, unless it was written again meanwhile.

        Unlike a delete marker this is not republished: nodes hear nothing of it.

        Args:
            key: from `subjects.desired_key`.
            revision: of the value that is to go.

        Raises:
            InvalidInput: `subject-invalid`.
            JetStreamError, Unavailable, TimedOut: as `JetStream.call`.
        """
        parse_desired_key(key)
        wish = {"filter": kv_subject(DESIRED_BUCKET, key), "seq": revision + 1}
        await self._jetstream.call(f"STREAM.PURGE.{kv_stream(DESIRED_BUCKET)}", wish)


async def forget_status(jetstream: JetStream, address: ReplicaAddress) -> None:
    """Drop the last status of a replica that is gone for good.

    Raises:
        JetStreamError, Unavailable, TimedOut: as `JetStream.call`.
    """
    subject = status(address.node, address.environment)
    await jetstream.call(f"STREAM.PURGE.{STATUS_STREAM}", {"filter": subject})


async def forget_node(jetstream: JetStream, node: str) -> None:
    """Drop all that is stored for and of a node that is gone for good.

    Raises:
        JetStreamError, Unavailable, TimedOut: as `JetStream.call`.
    """
    desired = kv_subject(DESIRED_BUCKET, f"{check_id(node)}.>")
    await jetstream.call(f"STREAM.PURGE.{kv_stream(DESIRED_BUCKET)}", {"filter": desired})
    reported = f"up.{node}.status.>"
    await jetstream.call(f"STREAM.PURGE.{STATUS_STREAM}", {"filter": reported})


async def ensure_streams(jetstream: JetStream) -> None:
    """Create what the product stores, or bring it to the present configuration.

    Idempotent: for every controller, at every start and on every new connection (the
    store may have been emptied).

    Raises:
        JetStreamError, Unavailable, TimedOut: as `JetStream.call`.
    """
    for config in (_desired_config(), _status_config()):
        await jetstream.ensure_stream(config)


def _desired_config() -> dict[str, Any]:
    return _bucket_config(DESIRED_BUCKET) | {
        "republish": {
            "src": f"$KV.{DESIRED_BUCKET}.*.>",
            "dest": "dn.{{wildcard(1)}}.desired.>",
        },
    }


def _bucket_config(bucket: str) -> dict[str, Any]:
    return {
        "name": kv_stream(bucket),
        "subjects": [f"$KV.{bucket}.>"],
        "storage": "file",
        "max_msgs_per_subject": 1,
        "discard": "new",
        "allow_direct": True,
        "allow_rollup_hdrs": False,
    }


def _status_config() -> dict[str, Any]:
    return {
        "name": STATUS_STREAM,
        "subjects": [ANY_STATUS],
        "storage": "file",
        "max_msgs_per_subject": 1,
        "discard": "old",
        "no_ack": True,
        "allow_rollup_hdrs": False,
        **_STATUS_LIMITS,
    }
