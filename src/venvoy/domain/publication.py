"""What to do with one key of the bucket that carries desired state.

The database decides and the bucket follows, with one exception: a bucket that is
newer proves that the database was restored from a backup. The bucket must have been
read before the database was, for it is always written after.
"""

from dataclasses import dataclass
from enum import StrEnum

from venvoy.domain.reconcile import Version


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under a key.

    Attributes:
        version: of the document; None where it is none that this controller signed.
        tombstone: whether it asks its node to remove the replica.
        same: whether it is, byte for byte, what should stand there.
    """

    version: Version | None
    tombstone: bool = False
    same: bool = False


class Publication(StrEnum):
    """What to do."""

    NOTHING = "nothing"
    PUT = "put"
    TAKE_AWAY = "take-away"
    AHEAD = "ahead"


def publication(wanted: Version | None, there: Standing | None) -> Publication:
    """Decide what to do with a key.

    A document without a replica is taken away only if it is a tombstone, whose node
    has confirmed the removal. Any other was written after the backup that the
    database was restored from; nobody asked for its removal, so it stays.

    Args:
        wanted: of the replica in the database, None if there is none.
        there: what stands in the bucket, None if nothing does.
    """
    if wanted is None:
        confirmed = there is not None and there.tombstone
        return Publication.TAKE_AWAY if confirmed else Publication.NOTHING
    if there is None or there.version is None:
        return Publication.PUT
    if there.version > wanted:
        return Publication.AHEAD
    return Publication.NOTHING if there.same else Publication.PUT
