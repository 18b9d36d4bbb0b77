"""A node's own key on its disk: made once, readable by its owner only, never sent."""

from pathlib import Path

from venvoy.bus.files import make_private_directory, write_private
from venvoy.domain.errors import Unavailable, VenvoyError
from venvoy.wire.nkey import KeyPair, Role

SEED_FILE = "node.seed"
MEMBERSHIP_FILE = "membership.json"


def load_node_key(directory: Path) -> KeyPair:
    """Return the node's key, made if there is none.

    Args:
        directory: `<data>/identity`, created with mode 0700.

    Raises:
        Unavailable: `identity-unreadable`, or as `storage_errors`.
    """
    make_private_directory(directory)
    file = directory / SEED_FILE
    try:
        return KeyPair.from_seed(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        key = KeyPair.generate(Role.USER)
        write_private(file, key.seed.encode())
        return key
    except (OSError, ValueError, VenvoyError) as error:
        raise Unavailable("identity-unreadable", path=str(file)) from error
