"""Who this node is: its key and what it was told when it joined."""

from pydantic import ValidationError

from venvoy.agent.prefix import Layout
from venvoy.domain.errors import InvalidInput
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair

SEED_FILE = "node.seed"
MEMBERSHIP_FILE = "membership.json"


def identity(layout: Layout) -> tuple[Membership, KeyPair]:
    """Read the identity of the node.

    Raises:
        InvalidInput: `agent-not-joined`, `membership-unreadable`.
    """
    try:
        seed = (layout.identity / SEED_FILE).read_text(encoding="ascii").strip()
        text = (layout.identity / MEMBERSHIP_FILE).read_text(encoding="utf-8")
        return Membership.model_validate_json(text), KeyPair.from_seed(seed)
    except FileNotFoundError as error:
        raise InvalidInput("agent-not-joined", path=str(layout.identity)) from error
    except (OSError, ValidationError, UnicodeError, InvalidInput) as error:
        raise InvalidInput("membership-unreadable", path=str(layout.identity)) from error
