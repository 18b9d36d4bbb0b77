"""Ed25519 keys in the text form of NATS (nkeys), without a dependency of their own.

A key's first letters say what it is: `O` operator, `A` account, `U` user; seeds
begin with `SO`, `SA`, `SU`. The text is base32 without padding over a prefix, the
32 bytes and a CRC-16 (https://github.com/nats-io/nkeys). Only the one canonical
text of a key is accepted. A seed never shows in `repr` or in an error.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from venvoy.domain.errors import InvalidInput

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_CRC_BYTES = 2
_SEED_PREFIX = 18 << 3


class Role(IntEnum):
    """What a key is for; the value is the prefix byte of its public form."""

    OPERATOR = 14 << 3
    ACCOUNT = 0 << 3
    USER = 20 << 3


@dataclass(frozen=True)
class KeyPair:
    """A private key and what it is for.

    Attributes:
        role: fixed at creation, part of both texts.
        secret: the 32 bytes of the Ed25519 seed.
    """

    role: Role
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise InvalidInput("nkey-invalid", expected="seed")

    @classmethod
    def generate(cls, role: Role) -> "KeyPair":
        """Make a new key from the operating system's randomness."""
        return cls(role, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_seed(cls, text: str) -> "KeyPair":
        """Read a seed such as `SU…`.

        Raises:
            InvalidInput: `nkey-invalid`; the text itself is never repeated.
        """
        raw = _unpack(text, expected="seed")
        if len(raw) != 2 + KEY_BYTES or raw[0] & 0b1111_1000 != _SEED_PREFIX:
            raise InvalidInput("nkey-invalid", expected="seed")
        role = _role((raw[0] & 0b111) << 5 | raw[1] >> 3, expected="seed")
        pair = cls(role, raw[2:])
        if pair.seed != text:
            raise InvalidInput("nkey-invalid", expected="seed")
        return pair

    @property
    def seed(self) -> str:
        """The secret text, such as `SU…` (58 characters)."""
        prefix = bytes((_SEED_PREFIX | self.role >> 5, (self.role & 0b1_1111) << 3))
        return _pack(prefix + self.secret)

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @cached_property
    def public(self) -> str:
        """The public text, such as `U…` (56 characters)."""
        return _pack(bytes((self.role,)) + self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature (RFC 8032) of a message."""
        return self._private.sign(message)


def check_public(text: str, role: Role) -> str:
    """Return a public key unchanged if it is well-formed and of that role.

    Raises:
        InvalidInput: `nkey-invalid`.
    """
    _public_bytes(text, role)
    return text


def verify(public: str, signature: bytes, message: bytes) -> bool:
    """Tell whether the holder of a public key of any role signed this message.

    Raises:
        InvalidInput: `nkey-invalid` if the key itself is malformed.
    """
    key = Ed25519PublicKey.from_public_bytes(_public_bytes(public, None))
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _public_bytes(text: str, role: Role | None) -> bytes:
    expected = role.name.lower() if role is not None else "public"
    raw = _unpack(text, expected=expected)
    if len(raw) != 1 + KEY_BYTES or (role is not None and raw[0] != role):
        raise InvalidInput("nkey-invalid", expected=expected)
    _role(raw[0], expected=expected)
    return raw[1:]


def _role(prefix: int, *, expected: str) -> Role:
    try:
        return Role(prefix)
    except ValueError:
        raise InvalidInput("nkey-invalid", expected=expected) from None


def _pack(body: bytes) -> str:
    # CRC-16/XMODEM, little-endian, as nkeys has it; `crc_hqx` is that polynomial.
    checksum = binascii.crc_hqx(body, 0).to_bytes(_CRC_BYTES, "little")
    return base64.b32encode(body + checksum).decode("ascii").rstrip("=")


def _unpack(text: str, *, expected: str) -> bytes:
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise InvalidInput("nkey-invalid", expected=expected) from None
    body = raw[:-_CRC_BYTES]
    # Encoding again refuses padding, wrong checksums and spare bits in one comparison.
    if _pack(body) != text:
        raise InvalidInput("nkey-invalid", expected=expected)
    return body
