"""Which lines of a log are kept, and in what order they may come.

A log is shipped at least once, so lines come twice and, after a loss, with a hole:
only those that continue what is held are taken. A log that outgrows its limit
loses its middle, for the beginning tells what was asked and the end what failed.
"""

from collections.abc import Collection, Sequence


def continuation(wanted: int, sequences: Sequence[int]) -> list[int]:
    """Return the indexes of the lines that continue a log without a gap.

    Args:
        wanted: the sequence after the last line that is held.
        sequences: those of the lines that came, in the order in which they came.

    Returns:
        Indexes into `sequences`; what was held already is skipped, and all from
        the first hole on is left for another shipment.
    """
    taken: list[int] = []
    for index, sequence in enumerate(sequences):
        if sequence > wanted:
            break
        if sequence == wanted:
            taken.append(index)
            wanted += 1
    return taken


def middle(sizes: Sequence[int], limit: int, mark: int | None = None) -> range | None:
    """Return the lines to leave out of a log that is longer than its limit.

    Half of the limit is kept of the beginning and a quarter of the end, so that a
    quarter is free before the next cut: a line is moved four times at most per
    limit written, not once per line.

    Args:
        sizes: bytes of each line as it is stored.
        limit: bytes that the whole log may have.
        mark: index of the line that stands for an earlier cut, if there was one;
            it is always left out, for the new mark stands for both.

    Returns:
        Indexes to leave out, never the last line's; None while the log fits, or
        where nothing stands between its beginning and its last line.
    """
    if len(sizes) < 2 or sum(sizes) <= limit:  # noqa: PLR2004 - a single line has no middle
        return None
    first = _count_within(sizes, limit // 2) if mark is None else mark
    last = len(sizes) - max(1, _count_within(list(reversed(sizes)), limit // 4))
    return range(first, max(first, last)) if first < last else None


def _count_within(sizes: Sequence[int], budget: int) -> int:
    total = 0
    for count, size in enumerate(sizes):
        total += size
        if total > budget:
            return count
    return len(sizes)


def outlived(newest_first: Sequence[str], ended: Collection[str], keep: int) -> list[str]:
    """Return the operations of one replica whose logs are no longer kept.

    Args:
        newest_first: ids of the replica's operations that have a log.
        ended: those of them that have ended; the log of one that runs stays.
        keep: how many logs stay.
    """
    return [operation for operation in newest_first[keep:] if operation in ended]
