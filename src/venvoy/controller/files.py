"""What the operating system says of a file, as an error that an operator can act on."""

import errno
from pathlib import Path

from venvoy.domain.errors import Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def file_error(error: OSError, path: Path) -> Unavailable:
    """Return the typed error for a failure to read or write below the data directory.

    Returns:
        `controller-disk-full`, `controller-directory-read-only` or
        `controller-file-failed`, each with the path and the system's words.
    """
    code = "controller-file-failed"
    if error.errno in _FULL:
        code = "controller-disk-full"
    elif error.errno in _DENIED:
        code = "controller-directory-read-only"
    return Unavailable(code, path=str(path), reason=error.strerror or type(error).__name__)
