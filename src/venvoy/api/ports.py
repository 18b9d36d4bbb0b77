"""Ports: taken before anything is started, so that a refusal leaves nothing behind."""

import errno
import socket
import sys
import time

from venvoy.domain.errors import Conflict, InvalidInput

_BACKLOG = 2_048
_POLL_SECONDS = 0.05
_LAST_PORT = 65_535


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: a name or an address of this machine.
        port: 0 means any.

    Raises:
        Conflict: `port-in-use`.
        InvalidInput: `port-not-allowed`, `host-not-here`.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise InvalidInput("host-not-here", host=host, reason=_words(error)) from error
    opened = socket.socket(family, kind, protocol)
    try:
        _exclusive(opened)
        opened.bind(address)
        opened.listen(_BACKLOG)
    except OSError as error:
        opened.close()
        raise _refused(error, host, port) from error
    opened.setblocking(False)
    return opened


def wait_until_free(port: int, setting: str, seconds: float) -> None:
    """Return once a port on loopback can be taken by a child.

    What a killed predecessor held is free within moments, hence the wait.

    Args:
        port: what the child will listen on.
        setting: the name by which another port is chosen, for the error.
        seconds: how long to wait.

    Raises:
        Conflict: `child-port-in-use`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            listen("127.0.0.1", port).close()
            return
        except Conflict:
            if time.monotonic() >= deadline:
                raise Conflict("child-port-in-use", port=port, setting=setting) from None
        time.sleep(_POLL_SECONDS)


def _exclusive(opened: socket.socket) -> None:
    if sys.platform == "win32":
        # There, reuse would let two processes listen on one port.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _refused(error: OSError, host: str, port: int) -> Conflict | InvalidInput:
    if error.errno == errno.EADDRINUSE:
        return Conflict("port-in-use", port=port, suggestion=_another(port))
    if error.errno in {errno.EACCES, errno.EPERM}:
        return InvalidInput("port-not-allowed", port=port)
    return InvalidInput("host-not-here", host=host, reason=_words(error))


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _another(port: int) -> int:
    """Return a port to suggest: one nearby, since a tenth port apart is seldom taken too."""
    return port + 10 if port + 10 <= _LAST_PORT else port - 10
