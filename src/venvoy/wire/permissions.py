"""Who may say and hear what on NATS: the contract of the product's transport.

Nodes get no JetStream at all. With the stock rights of a key-value client a node
could read other nodes' desired state, wipe their status by a rollup header, or have
the server delete a stream by naming its API as the reply subject. Every denial that
follows from these lists is shown by a test.

The lists are written for scoped account signing keys: the account's token carries
them as a template, `{{name()}}` is the name in the user's own token, so a node's
token names its id and nothing else, and a leaked signing key cannot widen them.
"""

from typing import Any

from venvoy.wire.subjects import CONTROLLER_INBOX

_UNLIMITED = -1
_RESPONSE_TTL_NS = 60 * 10**9

SYSTEM_INBOX = "_INBOX.sys"
CLAIMS_UPDATE = "$SYS.REQ.CLAIMS.UPDATE"

NODE_PUBLISH = ("up.{{name()}}.>",)
NODE_SUBSCRIBE = ("dn.{{name()}}.>", "_INBOX.{{name()}}.>")

CONTROLLER_PUBLISH = (
    "$JS.API.>",
    "$JS.ACK.>",
    "$JS.FC.>",
    "$KV.>",
    "dn.>",
    "jobs.>",
    "_INBOX.>",
)
CONTROLLER_SUBSCRIBE = ("up.>", f"{CONTROLLER_INBOX}.>", "$KV.>", "dn.>", "jobs.>")


def node_template() -> dict[str, Any]:
    """The template of the nodes' signing key.

    A node may answer what it is asked (one reply within 60 s) and nothing else
    outside its own subjects.
    """
    return _template(NODE_PUBLISH, NODE_SUBSCRIBE) | {"resp": {"max": 1, "ttl": _RESPONSE_TTL_NS}}


def controller_template() -> dict[str, Any]:
    """The template of the controllers' signing key."""
    return _template(CONTROLLER_PUBLISH, CONTROLLER_SUBSCRIBE)


def system_user() -> dict[str, Any]:
    """The rights of the one system user: to update an account's claims."""
    return _template((CLAIMS_UPDATE,), (f"{SYSTEM_INBOX}.>",))


def _template(publish: tuple[str, ...], subscribe: tuple[str, ...]) -> dict[str, Any]:
    return {
        "pub": {"allow": list(publish)},
        "sub": {"allow": list(subscribe)},
        "subs": _UNLIMITED,
        "data": _UNLIMITED,
        "payload": _UNLIMITED,
    }
