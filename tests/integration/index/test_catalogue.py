"""What the index says of packages: read once, and None where it cannot be had."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from venvoy.domain.lock import LockedFile, LockedPackage
from venvoy.index.catalogue import Catalogue, requires_dist
from venvoy.index.gateway import Gateway
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute
from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.wheels import MadeFile, make_sdist, make_wheel


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex(Behaviour(metadata=True, etags=True)) as serving:
        yield serving


@pytest.fixture
async def gateway(tmp_path: Path, index: LocalIndex) -> AsyncIterator[Gateway]:
    limits = GatewaySettings(attempts=1, backoff_s=0.01)
    store = FileStore(tmp_path / "files", limits.retention)
    made = Gateway(tmp_path / "gateway", store, FixedRoute.to(index.simple), limits)
    await made.start()
    yield made
    await made.close()


def package(*files: MadeFile, url: str | None = None) -> LockedPackage:
    locked = tuple(LockedFile(file.name, file.sha256, None, None, url) for file in files)
    return LockedPackage(files[0].project, "1.0", None, locked)


async def test_requirements_are_read_once(gateway: Gateway, index: LocalIndex) -> None:
    wheel = make_wheel("top", requires=("leaf<2", 'fast; extra == "speed"'))
    index.add(wheel)
    catalogue = Catalogue(gateway)
    wanted = ("leaf<2", 'fast; extra == "speed"')
    assert await catalogue.requires(package(wheel)) == wanted
    asked = index.requests.total()
    assert await catalogue.requires(package(wheel)) == wanted
    assert await Catalogue(gateway).requires(package(wheel)) == wanted
    assert index.requests.total() == asked


async def test_metadata_that_is_here_stands_for_the_other_wheels(
    gateway: Gateway, index: LocalIndex
) -> None:
    first = make_wheel("native", requires=("leaf",), tag="cp312-cp312-win_amd64")
    second = make_wheel("native", requires=("leaf",), tag="cp313-cp313-win_amd64")
    index.add(first, second)
    await Catalogue(gateway).requires(package(second))
    asked = index.requests.total()
    assert await Catalogue(gateway).requires(package(first, second)) == ("leaf",)
    assert index.requests.total() == asked


async def test_a_wheel_with_an_address_of_its_own(gateway: Gateway, index: LocalIndex) -> None:
    wheel = make_wheel("top", requires=("leaf",))
    index.add(wheel)
    url = f"{index.root}/{index.path(wheel)}"
    assert await Catalogue(gateway).requires(package(wheel, url=url)) == ("leaf",)


async def test_what_cannot_be_had_is_none(gateway: Gateway, index: LocalIndex) -> None:
    catalogue = Catalogue(gateway)
    assert await catalogue.requires(package(make_wheel("nowhere"))) is None
    assert await catalogue.requires(package(make_sdist("source"))) is None
    assert await catalogue.offers("nowhere") is None
    await index.stop()
    assert await catalogue.offers("other") is None


async def test_releases_follow_the_page(gateway: Gateway, index: LocalIndex) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("leaf", "1.10"), make_sdist("leaf", "2.0"))
    catalogue = Catalogue(gateway)
    found = await catalogue.offers("leaf")
    assert found is not None
    assert [str(release.version) for release in found] == ["2.0", "1.10", "1.0"]
    assert await catalogue.offers("leaf") is found
    index.add(make_wheel("leaf", "3.0", requires_python=">=3.13"))
    await gateway.page("leaf", refresh=True)
    newer = await catalogue.offers("leaf")
    assert newer is not None
    assert (str(newer[0].version), newer[0].files[0].requires_python) == ("3.0", ">=3.13")


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_only_the_head_of_metadata_is_read(end: bytes) -> None:
    lines = [b"Name: a", b"requires-dist: b (>=1)", b"Requires-Dist: c ;", b"   extra == 'x'"]
    body = [b"", b"Requires-Dist: in-the-description", b""]
    assert requires_dist(end.join(lines + body)) == ("b (>=1)", "c ; extra == 'x'")
    assert requires_dist(b"") == ()
