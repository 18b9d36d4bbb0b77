"""Forces a file system to the disk: what was written there outlives a power failure.

uv syncs none of the thousands of files that it makes, and syncing them one by one
takes longer than installing them. One call for the whole file system is cheap beside
that, and takes in uv's cache, whose files are the same ones where they are hard links.
"""

import ctypes
import errno
import os
from pathlib import Path


def flush(path: Path) -> None:
    """Write all that is pending on the file system of `path`. Blocks: call it in a thread.

    Raises:
        OSError: something could not be written, or this system has no such call.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if os.name != "nt" else None
    if call is None:
        _flush_everything(path)
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if call(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)


def _flush_everything(path: Path) -> None:
    if not hasattr(os, "sync"):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(path))
    os.sync()
