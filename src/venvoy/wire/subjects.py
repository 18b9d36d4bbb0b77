"""Every NATS subject and key of the product, made and read in one place.

Up from a node: `up.<node>.…`; down to a node: `dn.<node>.…`; desired state in the
key-value bucket `desired` under `<node>.<environment>`, republished to
`dn.<node>.desired.<environment>`. Nodes and environments stand in them by id, never
by name. Permissions are written over the same tokens (`venvoy.wire.permissions`),
so an id must be exactly one token: the canonical text of a UUID.
"""

import uuid
from dataclasses import dataclass

from venvoy.domain.errors import InvalidInput

DESIRED_BUCKET = "desired"
STATUS_STREAM = "STATUS"

ANY_STATUS = "up.*.status.*"
ANY_HEARTBEAT = "up.*.heartbeat"
ANY_DESIRED_REQUEST = "up.*.req.desired"
ANY_LOG_REQUEST = "up.*.req.log"
ANY_OBSERVED_REQUEST = "up.*.req.observed"
ANY_USE_REQUEST = "up.*.req.use"

CONTROLLER_INBOX = "_INBOX.ctl"
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class ReplicaAddress:
    """One environment on one node, by their ids."""

    node: str
    environment: str


def check_id(text: str) -> str:
    """Return an id unchanged if it is the canonical text of a UUID.

    Raises:
        InvalidInput: `id-invalid`, with the text as given (cut for display).
    """
    try:
        canonical = str(uuid.UUID(text)) == text
    except (ValueError, AttributeError, TypeError):
        canonical = False
    if not canonical:
        raise InvalidInput("id-invalid", id=str(text)[:_SHOWN])
    return text


def status(node: str, environment: str) -> str:
    """Where a node says how a replica is: `up.<node>.status.<environment>`."""
    return f"up.{check_id(node)}.status.{check_id(environment)}"


def heartbeat(node: str) -> str:
    """Where a node says that it lives, with its resources: `up.<node>.heartbeat`."""
    return f"up.{check_id(node)}.heartbeat"


def desired_request(node: str) -> str:
    """Where a node asks for all of its desired state: `up.<node>.req.desired`."""
    return f"up.{check_id(node)}.req.desired"


def log_request(node: str) -> str:
    """Where a node ships log lines, each part acknowledged: `up.<node>.req.log`."""
    return f"up.{check_id(node)}.req.log"


def observed_request(node: str) -> str:
    """Where a node tells what its prefixes hold: `up.<node>.req.observed`."""
    return f"up.{check_id(node)}.req.observed"


def use_request(node: str) -> str:
    """Where a node tells which processes work in its prefixes: `up.<node>.req.use`."""
    return f"up.{check_id(node)}.req.use"


def desired(node: str, environment: str) -> str:
    """Where a desired document reaches its node: `dn.<node>.desired.<environment>`."""
    return f"dn.{check_id(node)}.desired.{check_id(environment)}"


def any_desired(node: str) -> str:
    """The subscription of a node for all its desired documents: `dn.<node>.desired.*`."""
    return f"dn.{check_id(node)}.desired.*"


def command(node: str) -> str:
    """Where a node takes signed commands: `dn.<node>.cmd`."""
    return f"dn.{check_id(node)}.cmd"


def presence(node: str) -> str:
    """Where a run of an agent is asked whether it lives: `dn.<node>.presence`."""
    return f"dn.{check_id(node)}.presence"


def desired_key(node: str, environment: str) -> str:
    """The key of a replica in the bucket `desired`: `<node>.<environment>`."""
    return f"{check_id(node)}.{check_id(environment)}"


def node_inbox(node: str) -> str:
    """The prefix of all inboxes of a node: `_INBOX.<node>`.

    The id is a whole token, for wildcards of permissions match whole tokens only.
    """
    return f"_INBOX.{check_id(node)}"


def kv_subject(bucket: str, key: str) -> str:
    """The subject under which a bucket stores a key: `$KV.<bucket>.<key>`."""
    return f"$KV.{bucket}.{key}"


def kv_stream(bucket: str) -> str:
    """The stream behind a bucket: `KV_<bucket>`."""
    return f"KV_{bucket}"


def parse_status(subject: str) -> ReplicaAddress:
    """Read `up.<node>.status.<environment>`.

    Raises:
        InvalidInput: `subject-invalid`, as for every other reader in this file.
    """
    node, environment = _match(subject, ("up", None, "status", None))
    return ReplicaAddress(node, environment)


def parse_desired_key(key: str) -> ReplicaAddress:
    """Read `<node>.<environment>`."""
    node, environment = _match(key, (None, None))
    return ReplicaAddress(node, environment)


def parse_heartbeat(subject: str) -> str:
    """Read `up.<node>.heartbeat` and return the node."""
    return _match(subject, ("up", None, "heartbeat"))[0]


def node_of(subject: str) -> str:
    """Return the node that `up.<node>.…` came from, empty where none is named."""
    tokens = subject.split(".")
    try:
        return check_id(tokens[1])
    except (IndexError, InvalidInput):
        return ""


def parse_request(subject: str) -> tuple[str, str]:
    """Read `up.<node>.req.<what>` and return node and what is asked."""
    tokens = subject.split(".")
    what = tokens[-1]
    if what not in {"desired", "log", "observed", "use"}:
        raise _invalid(subject)
    return _match(subject, ("up", None, "req", what))[0], what


def _match(subject: str, pattern: tuple[str | None, ...]) -> list[str]:
    tokens = subject.split(".")
    if len(tokens) != len(pattern):
        raise _invalid(subject)
    ids = []
    for token, fixed in zip(tokens, pattern, strict=True):
        if fixed is None:
            ids.append(_id_of(subject, token))
        elif token != fixed:
            raise _invalid(subject)
    return ids


def _id_of(subject: str, token: str) -> str:
    try:
        return check_id(token)
    except InvalidInput:
        raise _invalid(subject) from None


def _invalid(subject: str) -> InvalidInput:
    return InvalidInput("subject-invalid", subject=subject[:_SHOWN])
