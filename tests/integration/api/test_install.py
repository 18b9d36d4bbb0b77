"""What bare machines fetch: scripts, words where something is missing, and the files."""

import gzip
import io
import tomllib
import zipfile

import pytest

from venvoy.domain.platform import Platform
from venvoy.domain.role import Role
from venvoy.index.settings import Retention
from venvoy.index.store import FileStore
from venvoy.testing.api import Api
from venvoy.testing.archives import small_archive
from venvoy.testing.wheels import MadeFile, make_wheel

READY = "/install/ready"
PROGRAM = b"#!/bin/sh\necho uv\n"
SHA256 = "ab" * 32
"""What the resolver of these tests says of every file."""


def uv_wheel() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("uv-1.0.data/scripts/uv", PROGRAM)
        archive.writestr("uv-1.0.data/scripts/uv.exe", b"MZ")
        archive.writestr("uv/scripts.py", b"")
    return buffer.getvalue()


def store(api: Api, data: bytes) -> None:
    """Put bytes where the gateway looks for checked files."""
    files = FileStore(api.ctx.settings.data / "files", Retention.KEEP)
    path = files.path(SHA256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


async def test_scripts_are_text_for_everybody(api: Api) -> None:
    client = await api.client()
    for path, mark in (("/install.sh", "#!/bin/sh"), ("/install.ps1", "param(")):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert mark in answer.text
        assert "vj1_" not in answer.text


async def test_a_line_finds_the_script_that_it_names(api: Api) -> None:
    admin = await api.signed_in()
    made = (await admin.post("/api/v1/node-tokens", json={})).json()
    assert made["token"] in made["install_linux"]
    assert made["token"] in made["install_windows"]
    assert made["command"].startswith("venvoy agent join ")
    client = await api.client()
    for script in (api.controller.installer.shell, api.controller.installer.powershell):
        line = made["install_linux"] + made["install_windows"]
        assert f"/{script.name}?sha256={script.digest}" in line
        named = await client.get(f"/{script.name}", params={"sha256": script.digest})
        assert named.content == script.text.encode()
    unknown = await client.get("/install.sh", params={"sha256": "cd" * 32})
    assert unknown.text == api.controller.installer.shell.text
    listed = (await admin.get("/api/v1/node-tokens")).json()["items"]
    assert {each["install_linux"] for each in listed} == {None}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"platform": "linux-riscv64"}, "agents do not run on `linux-riscv64`"),
        ({"platform": "linux-riscv64", "lang": "zh-CN"}, "代理不支持 `linux-riscv64` 平台"),
        (
            {"platform": "linux-x86_64", "supply": "agent", "python": "3.9.1"},
            "agents do not run on Python 3.9.1",
        ),
        (
            {"platform": "linux-x86_64", "supply": "python"},
            "the controller has none for linux-x86_64",
        ),
        ({"platform": "musllinux-aarch64"}, "the controller has no `uv-1.0-py3-none-any.whl`"),
    ],
)
async def test_what_is_missing_is_said_in_words(
    api: Api, query: dict[str, str], words: str
) -> None:
    answer = await (await api.client()).get(READY, params=query)
    assert answer.status_code == 200
    assert words in answer.text
    assert answer.text != "ready\n"


async def test_the_cause_of_a_failed_fetch_is_told(api: Api) -> None:
    query = {"platform": "linux-x86_64", "supply": "agent", "python": "3.11.2"}
    answer = await (await api.client()).get(READY, params=query)
    assert "127.0.0.1:9" in answer.text, "the mirror that was asked"
    refused = await (await api.client()).get("/install/uv/linux-x86_64.gz")
    assert refused.status_code == 422
    assert refused.json()["code"] == "install-file-missing"
    assert refused.json()["cause"]["message"]


async def test_uv_is_served_as_every_machine_can_unpack_it(api: Api) -> None:
    store(api, uv_wheel())
    client = await api.client()
    for platform in Platform:
        assert (await client.get(READY, params={"platform": platform})).text == "ready\n"
        answer = await client.get(f"/install/uv/{platform}.gz")
        windows = platform is Platform.WINDOWS_X86_64
        assert gzip.decompress(answer.content) == (b"MZ" if windows else PROGRAM)


async def test_a_wheel_without_the_program_is_named(api: Api) -> None:
    for data in (b"no archive", make_wheel("uv").data):
        store(api, data)
        answer = await (await api.client()).get(READY, params={"platform": "linux-x86_64"})
        assert "does not hold the program" in answer.text


async def test_the_agent_is_locked_to_files_of_this_controller(api: Api) -> None:
    store(api, b"ten bytes!")
    client = await api.client()
    query = {"platform": "linux-x86_64", "python": "3.12.4"}
    ready = await client.get(READY, params={**query, "supply": "agent", "libc": "glibc 2.36"})
    assert ready.text == "ready\n"
    base = "https://[fd00::1]:7300"
    answer = await client.get("/install/pylock.toml", params={**query, "base": base})
    lock = tomllib.loads(answer.text)
    assert lock["requires-python"] == "==3.12.4"
    packages = {package["name"]: package["wheels"][0] for package in lock["packages"]}
    assert {"venvoy", "aiohttp", "uv"} <= packages.keys()
    assert "fastapi" not in packages
    for wheel in (packages["venvoy"], packages["aiohttp"]):
        url = str(wheel["url"])
        assert url.startswith(f"{base}/install/files/linux-x86_64/3.12.4/")
        got = await client.get(url.removeprefix(base))
        assert got.status_code == 200
        assert len(got.content) == wheel.get("size", len(got.content))
    own = (await client.get(str(packages["venvoy"]["url"]).removeprefix(base))).content
    assert MadeFile("x", own).sha256 == packages["venvoy"]["hashes"]["sha256"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/install/files/linux-x86_64/3.12.4/six-1.0-py3-none-any.whl", 404),
        ("/install/files/linux-x86_64/3.12.4/..%2F..%2Fvenvoy.db", 404),
        ("/install/files/linux-x86_64/two/uv-1.0-py3-none-any.whl", 422),
        ("/install/files/vax/3.12.4/uv-1.0-py3-none-any.whl", 422),
        ("/install/pylock.toml?platform=linux-x86_64&python=3.12.4&base=file:///etc", 422),
        ("/install/pylock.toml?platform=linux-x86_64&python=2.7.1&base=http://here", 422),
        ("/install/uv/vax.gz", 422),
        ("/install/python/linux-x86_64.tar.gz", 404),
        ("/install/nothing", 404),
    ],
)
async def test_nothing_else_is_handed_out(api: Api, path: str, status: int) -> None:
    answer = await (await api.client(Accept="text/html")).get(path)
    assert answer.status_code == status
    assert answer.json()["message"]


async def test_an_interpreter_comes_from_the_catalogue(api: Api) -> None:
    packed = small_archive("3.12.4", Platform.LINUX_X86_64.value)
    operator = await api.as_role(Role.OPERATOR)
    made = await operator.post(
        "/api/v1/python-archives", params={"name": "a.tar.gz"}, content=packed
    )
    assert made.status_code == 201, made.text
    client = await api.client()
    query = {"platform": "linux-x86_64", "supply": "python", "libc": "glibc 2.36"}
    assert (await client.get(READY, params=query)).text == "ready\n"
    assert (await client.get("/install/python/linux-x86_64.tar.gz")).content == packed
    assert (await client.get("/install/python/linux-aarch64.tar.gz")).status_code == 404
