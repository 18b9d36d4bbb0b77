"""Who this node is: its key and what it was told when it joined."""

from pydantic import ValidationError

from venvoy.agent import departure
from venvoy.agent.departure import AgentRemoved
from venvoy.agent.prefix import Layout
from venvoy.bus.files import write_private
from venvoy.bus.nodekey import MEMBERSHIP_FILE, SEED_FILE, load_node_key
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair


def identity(layout: Layout) -> tuple[Membership, KeyPair]:
    """Read the identity of the node.

    Raises:
        InvalidInput: `agent-not-joined`, `membership-unreadable`.
        AgentRemoved: it was removed from its fleet.
    """
    if (departed := departure.begun(layout)) is not None:
        raise AgentRemoved(departed)
    try:
        seed = (layout.identity / SEED_FILE).read_text(encoding="ascii").strip()
        text = (layout.identity / MEMBERSHIP_FILE).read_text(encoding="utf-8")
        return Membership.model_validate_json(text), KeyPair.from_seed(seed)
    except FileNotFoundError as error:
        raise InvalidInput("agent-not-joined", path=str(layout.identity)) from error
    except (OSError, ValidationError, UnicodeError, InvalidInput) as error:
        raise InvalidInput("membership-unreadable", path=str(layout.identity)) from error


def membership(layout: Layout) -> Membership | None:
    """Return what this node keeps from joining, None if it belongs to no fleet.

    Raises:
        InvalidInput: `membership-unreadable`.
    """
    try:
        return identity(layout)[0]
    except AgentRemoved:
        return None
    except InvalidInput as error:
        if error.code == "agent-not-joined":
            return None
        raise


def name(layout: Layout) -> str:
    """Return the name of this node, also of one whose removal is not carried out yet.

    Raises:
        InvalidInput: `agent-not-joined`, `membership-unreadable`.
    """
    departed = departure.begun(layout)
    return identity(layout)[0].name if departed is None else departed.tombstone.name


def key(layout: Layout) -> KeyPair:
    """Return the node's key, made if there is none.

    Raises:
        Unavailable: `identity-unreadable`, or the directory cannot be written.
    """
    return load_node_key(layout.identity)


def drop_key(layout: Layout) -> None:
    """Take the node's key away, for one that no fleet accepts any more.

    Raises:
        Unavailable: `data-not-writable`.
    """
    path = layout.identity / SEED_FILE
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unavailable("data-not-writable", path=str(path), reason=reason) from error


def keep(layout: Layout, membership: Membership) -> None:
    """Write what the node keeps from joining.

    Raises:
        Unavailable: the directory cannot be written.
    """
    content = membership.model_dump_json(indent=2).encode()
    write_private(layout.identity / MEMBERSHIP_FILE, content)
