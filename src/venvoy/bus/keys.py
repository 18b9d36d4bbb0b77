"""The controller's own keys: made once, kept in private files, never shown.

Losing the directory means that every node must join again, so each key is on disk,
synced, before anything is signed with it. The names of the files are part of the
backup format.
"""

from dataclasses import dataclass
from pathlib import Path

from venvoy.bus.files import make_private_directory, storage_errors, write_private
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.wire.nkey import KeyPair, Role


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys of one fleet.

    Attributes:
        operator: signs the two accounts; the embedded server trusts it.
        system: the system account; used for revocation only.
        account: the product's account.
        node_signer: scoped signing key, for the tokens of nodes.
        controller_signer: scoped signing key, for the tokens of controllers.
        documents: signs desired documents and commands.
    """

    operator: KeyPair
    system: KeyPair
    account: KeyPair
    node_signer: KeyPair
    controller_signer: KeyPair
    documents: KeyPair


def load_keyring(directory: Path) -> Keyring:
    """Read the keys below a directory; make those that are not there yet.

    Args:
        directory: `<data>/controller/keys`, created with mode 0700, its files 0600.

    Raises:
        Unavailable: `key-damaged` with the file for one that cannot be read as a key
            of its kind (it is never replaced), or as `storage_errors`.
    """
    make_private_directory(directory)
    return Keyring(
        operator=_load(directory / "operator.nk", Role.OPERATOR),
        system=_load(directory / "system-account.nk", Role.ACCOUNT),
        account=_load(directory / "account.nk", Role.ACCOUNT),
        node_signer=_load(directory / "node-signer.nk", Role.ACCOUNT),
        controller_signer=_load(directory / "controller-signer.nk", Role.ACCOUNT),
        documents=_load(directory / "documents.nk", Role.USER),
    )


def _load(path: Path, role: Role) -> KeyPair:
    with storage_errors(path):
        if not path.exists():
            made = KeyPair.generate(role)
            write_private(path, f"{made.seed}\n".encode())
            return made
        path.chmod(0o600)
        raw = path.read_bytes()
    try:
        pair = KeyPair.from_seed(raw.decode("ascii").strip())
    except (InvalidInput, UnicodeDecodeError):
        raise Unavailable("key-damaged", path=str(path)) from None
    if pair.role is not role:
        raise Unavailable("key-damaged", path=str(path))
    return pair
