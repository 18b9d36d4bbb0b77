"""Unit tests reach no socket: what needs one is an integration test."""

import socket
from typing import NoReturn

import pytest


class SocketUsed(AssertionError):
    """A unit test tried to use the network."""


def _refuse(*_args: object, **_kwargs: object) -> NoReturn:
    raise SocketUsed("unit tests may not use sockets; move the test to tests/integration")


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to connect, to listen and to look names up."""
    for method in ("bind", "connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, method, _refuse)
    for function in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, function, _refuse)
