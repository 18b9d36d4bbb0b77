"""Keeps the memory of an agent at rest small after the bursts of a build.

glibc keeps what was freed, in an arena per thread. Few arenas, and asking for the
rest back once there is nothing to do, halve what a build leaves behind. On other C
libraries nothing of this exists or is needed.
"""

import ctypes
import gc
import sys
from contextlib import suppress

# <malloc.h>
_M_ARENA_MAX = -8
_ARENAS = 2


def use_few_arenas() -> None:
    """To be called before the first thread starts."""
    with suppress(OSError, AttributeError):
        _libc().mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return freed memory to the system; takes some ten milliseconds."""
    gc.collect()
    with suppress(OSError, AttributeError):
        _libc().malloc_trim(0)


def _libc() -> ctypes.CDLL:
    if sys.platform != "linux":
        raise OSError
    return ctypes.CDLL(None)
