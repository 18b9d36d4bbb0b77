"""Passwords: which are good enough, and how they are kept.

Argon2id with the parameters that its library recommends (RFC 9106, second choice:
64 MiB), always in a thread and only a few at once, so that neither the event loop
nor memory suffers from a flood of sign-ins. A check takes the same time whether
the user exists or not.
"""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from venvoy.domain.errors import InvalidInput

SHORTEST = 10
LONGEST = 1_024
_AT_ONCE = 2

# Without the letters and digits that look alike, for it is read from a screen and typed.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


def check_password(username: str, password: str) -> str:
    """Return `password` if it may be used.

    Raises:
        InvalidInput: `password-too-short`, `password-too-long` or
            `password-is-username`.
    """
    if len(password) < SHORTEST:
        raise InvalidInput("password-too-short", limit=SHORTEST)
    if len(password) > LONGEST:
        raise InvalidInput("password-too-long", limit=LONGEST)
    if password.strip().casefold() == username.casefold():
        raise InvalidInput("password-is-username")
    return password


def random_password() -> str:
    """Return a password of 100 bits in four groups that are easy to type."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


class Passwords:
    """Hashes and checks passwords off the event loop, a few at a time.

    Args:
        hasher: with its parameters; tests pass a cheap one.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        # Made at once: made on first use, the first check of an unknown user would be slower.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return the form that is kept, with its salt and parameters."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` belongs to the hash; None (nobody) costs the same time."""
        async with self._gate:
            return await asyncio.to_thread(self._matches, password_hash, password)

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _matches(self, password_hash: str | None, password: str) -> bool:
        try:
            self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None
