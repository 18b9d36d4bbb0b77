"""The promise that the other unit tests rest on: no socket, an event loop all the same."""

import asyncio
import socket

import pytest


def test_a_connection_is_refused() -> None:
    with pytest.raises(AssertionError, match="unit tests may not use sockets"):
        socket.create_connection(("127.0.0.1", 9))
    with socket.socket() as plain, pytest.raises(AssertionError):
        plain.connect(("127.0.0.1", 9))


def test_a_lookup_is_refused() -> None:
    with pytest.raises(AssertionError):
        socket.getaddrinfo("example.org", 80)


async def test_an_event_loop_runs() -> None:
    assert await asyncio.sleep(0, "done") == "done"
