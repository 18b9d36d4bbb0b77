"""Port and secret of the gateway over restarts."""

import socket
import stat
from pathlib import Path

import pytest

from venvoy.domain.errors import Conflict
from venvoy.testing.gateway import running_gateway

UPSTREAM = "http://127.0.0.1:9/simple/"


@pytest.fixture
def taken() -> socket.socket:
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    holder.listen()
    return holder


async def test_port_and_secret_are_kept_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    async with running_gateway(tmp_path, UPSTREAM) as first:
        mode = stat.S_IMODE((tmp_path / "gateway.json").stat().st_mode)
    async with running_gateway(tmp_path, UPSTREAM) as second:
        assert second.address == first.address
    assert mode == 0o600
    assert len(first.address.secret) >= 32


async def test_two_gateways_have_two_secrets(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with (
        running_gateway(tmp_path / "a", UPSTREAM) as one,
        running_gateway(tmp_path / "b", UPSTREAM) as other,
    ):
        assert one.address.secret != other.address.secret


async def test_a_given_port_that_is_taken_is_an_error(tmp_path: Path, taken: socket.socket) -> None:
    with taken:
        port = taken.getsockname()[1]
        with pytest.raises(Conflict) as conflict:
            async with running_gateway(tmp_path, UPSTREAM, port=port):
                pass
    assert conflict.value.code == "gateway-port-in-use"
    assert conflict.value.params == {"port": port}
    assert not (tmp_path / "gateway.json").exists()


async def test_any_port_moves_on_when_the_last_one_is_taken_and_keeps_the_secret(
    tmp_path: Path,
) -> None:
    async with running_gateway(tmp_path, UPSTREAM) as first:
        pass
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", first.address.port))
        holder.listen()
        async with running_gateway(tmp_path, UPSTREAM) as second:
            assert second.address.port != first.address.port
            assert second.address.secret == first.address.secret
        moved = (tmp_path / "gateway.json").read_text(encoding="utf-8")
    assert str(second.address.port) in moved


@pytest.mark.parametrize("content", ["", "{", "[]", '{"port": "x"}'])
async def test_a_damaged_file_is_replaced(content: str, tmp_path: Path) -> None:
    (tmp_path / "gateway.json").write_text(content, encoding="utf-8")
    async with running_gateway(tmp_path, UPSTREAM) as first:
        pass
    async with running_gateway(tmp_path, UPSTREAM) as second:
        assert first.address == second.address
