"""Paths as Windows wants them; pure, so that it holds wherever it is tried."""

import ntpath

_EXTENDED = "\\\\?\\"
_SHARE = "\\\\"


def extended(path: str) -> str:
    r"""Return a path that may be longer than 260 characters: `\\?\C:\…`, `\\?\UNC\server\…`.

    Args:
        path: absolute, of either kind of slash.
    """
    if path.startswith(_EXTENDED):
        return path
    path = ntpath.normpath(path)
    if path.startswith(_SHARE):
        return f"{_EXTENDED}UNC\\{path[2:]}"
    return _EXTENDED + path


def plain(path: str) -> str:
    r"""Return a path without what `extended` adds, or NT's own `\??\`."""
    for prefix in (_EXTENDED, "\\??\\"):
        if path.startswith(prefix):
            rest = path[len(prefix) :]
            return f"\\\\{rest[4:]}" if rest[:4].upper() == "UNC\\" else rest
    return path
