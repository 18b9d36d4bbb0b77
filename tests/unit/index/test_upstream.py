import pytest

from venvoy.domain.errors import InvalidInput
from venvoy.index.official import default_route, official_index
from venvoy.index.upstream import FixedRoute, Upstream


@pytest.mark.parametrize(
    "url", ["https://m.example.org/simple", " https://m.example.org/simple// "]
)
def test_an_address_is_normalised(url: str) -> None:
    assert Upstream.parse(url).page("six") == "https://m.example.org/simple/six/"


@pytest.mark.parametrize(
    "url", ["", "m.example.org", "ftp://m.example.org/", "https://", "http://[x/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Upstream.parse(url)
    assert refusal.value.code == "mirror-url-invalid"


def test_credentials_go_to_their_own_origin_only_and_are_never_shown() -> None:
    upstream = Upstream.parse("https://me:p%40ss@m.example.org/simple/")
    own = {"Authorization": "Basic bWU6cEBzcw=="}
    assert upstream.headers_for("https://m.example.org:443/files/x") == own
    assert upstream.headers_for("https://cdn.example.org/files/x") == {}
    assert upstream.headers_for("http://m.example.org/files/x") == {}
    assert "p@ss" not in repr(upstream)
    assert "p%40ss" not in upstream.simple
    assert upstream.key == Upstream.parse("https://m.example.org/simple").key


def test_the_default_route_is_the_given_mirror_or_the_official_index() -> None:
    given = default_route("https://m.example.org/simple/").upstreams()
    assert given == FixedRoute.to("https://m.example.org/simple/").order
    assert default_route(None).upstreams() == FixedRoute.to(official_index()).order


def test_the_official_index_is_what_its_package_says() -> None:
    from pypi_simple import PYPI_SIMPLE_ENDPOINT  # noqa: PLC0415 - what is compared

    assert official_index() == PYPI_SIMPLE_ENDPOINT
