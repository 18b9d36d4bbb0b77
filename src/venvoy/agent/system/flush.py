"""Forces a file system to the disk: what was written there outlives a power failure.

uv syncs none of the thousands of files that it makes, and syncing them one by one
takes longer than installing them. One call for the whole file system is cheap beside
that, and takes in uv's cache, whose files are the same ones where they are hard links.
"""

import ctypes
import os
import sys
from pathlib import Path

assert sys.platform != "win32"  # noqa: S101 - tells type checkers where this is


def flush(path: Path) -> None:
    """Write all that is pending on the file system of `path`. Blocks: call it in a thread.

    Raises:
        OSError: something could not be written.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        os.sync()
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if call(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)
