"""The console's files: where they are, where they are not, and what a page may load."""

import gzip
import re
from pathlib import Path

import pytest

from venvoy.api.static import Console
from venvoy.testing.api import Api, open_api

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/environments", "/environments/web?tab=logs"]
)
async def test_a_browser_that_navigates_gets_the_page(api: Api, path: str) -> None:
    answer = await (await api.client(**HTML)).get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"


async def test_whoever_asks_for_the_root_gets_the_page(api: Api) -> None:
    answer = await (await api.client(Accept="*/*")).get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def test_each_page_allows_its_own_styles_and_nothing_foreign(api: Api) -> None:
    client = await api.client(**HTML)
    first, second = await client.get("/"), await client.get("/")
    nonces = []
    for answer in (first, second):
        policy = answer.headers["content-security-policy"]
        (script,) = re.findall(r"script-src 'self' 'nonce-([\w-]{20,})'(?:;|$)", policy)
        assert f"style-src 'self' 'nonce-{script}'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert policy.startswith("default-src 'none'")
        assert re.findall(r'nonce="([^"]*)"', answer.text) == [script, script]
        nonces.append(script)
    assert nonces[0] != nonces[1]


async def test_hashed_assets_are_kept_by_browsers_and_others_asked_for(api: Api) -> None:
    client = await api.client()
    asset = await client.get("/assets/index-abc123.js")
    assert asset.headers["content-type"].startswith("text/javascript")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    icon = await client.get("/venvoy.svg")
    assert icon.headers["cache-control"] == "no-cache"
    assert icon.headers["etag"]


async def test_what_the_build_compressed_is_sent_as_it_is(tmp_path: Path) -> None:
    script = b"console.log('the whole console')"
    (tmp_path / "static" / "assets").mkdir(parents=True)
    (tmp_path / "static" / "assets" / "a.js").write_bytes(script)
    (tmp_path / "static" / "assets" / "a.js.gz").write_bytes(gzip.compress(script))
    async with open_api(tmp_path / "data", console=Console(tmp_path / "static")) as api:
        zipped = await (await api.client(**{"Accept-Encoding": "gzip"})).get("/assets/a.js")
        plain = await (await api.client(**{"Accept-Encoding": "identity"})).get("/assets/a.js")
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    for answer in (zipped, plain):
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.content == script


@pytest.mark.parametrize(
    "path",
    [
        "/assets/index-000000.js",
        "/assets/",
        "/api/v1/none",
        "/metrics",
        "/files/x",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%00",
    ],
)
async def test_what_is_missing_or_outside_is_not_found(api: Api, path: str) -> None:
    client = await api.client()
    for headers in ({"Accept": "*/*"}, HTML):
        answer = await client.get(path, headers=headers)
        outside_of_router = path in {
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/%00",
        }
        if headers is HTML and outside_of_router:
            assert "outside" not in answer.text
            continue
        assert answer.status_code == 404
        assert answer.json()["code"] == "path-unknown"


async def test_a_program_that_errs_gets_no_page(api: Api) -> None:
    answer = await (await api.client(Accept="application/json")).get("/environments")
    assert answer.status_code == 404


async def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    async with open_api(tmp_path / "data", Console(tmp_path / "absent")) as api:
        client = await api.client(**HTML, **{"Accept-Language": "zh-CN"})
        answer = await client.get("/")
        assert answer.status_code == 503
        assert "make up" in answer.text
        assert 'lang="zh-CN"' in answer.text
        assert (await client.get("/healthz")).status_code == 200
