"""Every failure that uv can be brought to is classified, with the installed uv.

A release of uv that says it in other words fails here instead of on somebody's node.
Also what the classification rests on: that uv accepts the locks that are written.
"""

import asyncio
import ipaddress
import os
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from uv import find_uv_bin

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.pylock import export_requirements, render
from venvoy.domain.uv_output import classify
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.wheels import MadeFile, make_wheel

PYTHON = f"==3.{sys.version_info.minor}.*"
SIX = make_wheel("six")
LARGE = make_wheel("large", payload=400_000)


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as serving:
        serving.add(SIX, LARGE)
        yield serving


def lock_of(index: LocalIndex, *wheels: MadeFile, python: str = PYTHON) -> Lock:
    return Lock(
        python,
        tuple(
            LockedPackage(
                wheel.project,
                "1.0",
                None,
                (LockedFile(wheel.name, wheel.sha256, len(wheel.data), index.path(wheel)),),
            )
            for wheel in wheels
        ),
    )


@dataclass
class Bench:
    """A directory with a virtual environment, where uv installs."""

    folder: Path
    index: LocalIndex

    async def uv(self, *arguments: str, **environment: str) -> tuple[int, list[str]]:
        process = await asyncio.create_subprocess_exec(
            find_uv_bin(),
            *arguments,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={
                "PATH": os.defpath,
                "HOME": str(self.folder),
                "UV_NO_CONFIG": "1",
                "UV_CACHE_DIR": str(self.folder / "cache"),
                "UV_PYTHON_DOWNLOADS": "never",
                "UV_HTTP_RETRIES": "0",
                "UV_HTTP_TIMEOUT": "2",
                **environment,
            },
        )
        async with asyncio.timeout(60):
            _, said = await process.communicate()
        return process.returncode or 0, said.decode().splitlines()

    async def sync(self, lock: Lock, *options: str, **environment: str) -> tuple[int, list[str]]:
        """Install a lock into the virtual environment."""
        root = environment.pop("ROOT", self.index.root)
        text = render(lock, lambda file: f"{root}/{file.path}")
        (self.folder / "pylock.toml").write_text(text, encoding="utf-8")
        target = () if "-p" in options else ("-p", "venv")
        arguments = ("pip", "sync", "--preview-features", "pylock", "--no-build", "--no-progress")
        return await self.uv(*arguments, *target, *options, "pylock.toml", **environment)

    async def cause(self, lock: Lock, *options: str, **environment: str) -> Cause:
        code, lines = await self.sync(lock, *options, **environment)
        assert code != 0, lines
        return classify(lines, exit_code=code, step=Step.INSTALL)


@pytest.fixture
async def bench(tmp_path: Path, index: LocalIndex) -> Bench:
    bench = Bench(tmp_path, index)
    code, lines = await bench.uv("venv", "--no-project", "-p", sys.executable, "venv")
    assert code == 0, lines
    return bench


def installed(folder: Path) -> set[str]:
    return {each.name for each in folder.rglob("*.dist-info")}


async def test_uv_installs_what_is_written(bench: Bench) -> None:
    lock = lock_of(bench.index, SIX, LARGE)
    elsewhere = replace(lock.packages[0], name="absent", marker="sys_platform == 'emscripten'")
    code, lines = await bench.sync(replace(lock, packages=(elsewhere, *lock.packages)))
    assert code == 0, lines
    assert installed(bench.folder / "venv") == {"six-1.0.dist-info", "large-1.0.dist-info"}
    assert not list(bench.folder.glob("venv/**/direct_url.json"))


async def test_the_same_lock_installs_for_windows(bench: Bench) -> None:
    tags = ("cp3{0}-cp3{0}-win_amd64", "cp3{0}-cp3{0}-manylinux_2_17_x86_64")
    minor = sys.version_info.minor
    windows, linux = (make_wheel("native", tag=tag.format(minor)) for tag in tags)
    winpart = make_wheel("winpart")
    bench.index.add(windows, linux, winpart)
    native, part = lock_of(bench.index, windows, winpart).packages
    native = replace(native, files=(*native.files, *lock_of(bench.index, linux).packages[0].files))
    lock = Lock(PYTHON, (native, replace(part, marker="sys_platform == 'win32'")))

    for platform, expected in (
        ("x86_64-pc-windows-msvc", {"native", "winpart"}),
        ("x86_64-manylinux_2_36", {"native"}),
    ):
        target = bench.folder / platform
        code, lines = await bench.sync(lock, "--python-platform", platform, "--target", str(target))
        assert code == 0, lines
        assert {name.partition("-")[0] for name in installed(target)} == expected
    assert bench.index.asked(f"GET /{bench.index.path(windows)}") == 1
    assert bench.index.asked(f"GET /{bench.index.path(linux)}") == 1


async def test_exported_requirements_install_with_their_hashes(bench: Bench) -> None:
    exported = bench.folder / "requirements.txt"
    exported.write_text(export_requirements(lock_of(bench.index, SIX)), encoding="utf-8")
    options = ("--require-hashes", "--default-index", bench.index.simple, "-p", "venv")
    code, lines = await bench.uv("pip", "sync", *options, "requirements.txt")
    assert code == 0, lines
    assert installed(bench.folder / "venv") == {"six-1.0.dist-info"}


@pytest.mark.parametrize(
    ("fault", "code", "hop", "transient"),
    [
        (Fault("*.whl", status=401), "file-unauthorized", Hop.GATEWAY, False),
        (Fault("*.whl", status=403), "file-unauthorized", Hop.GATEWAY, False),
        (Fault("*.whl", status=404), "file-missing", Hop.GATEWAY, False),
        (Fault("*.whl", status=500), "file-unavailable", Hop.GATEWAY, True),
        (Fault("*.whl", status=503), "file-unavailable", Hop.GATEWAY, True),
        (Fault("*.whl", stall=True, after=2000), "download-stalled", Hop.GATEWAY, True),
        (Fault("*.whl", delay=5), "download-stalled", Hop.GATEWAY, True),
        (Fault("*.whl", cut=True, after=2000), "download-cut", Hop.GATEWAY, True),
        (Fault("*.whl", wrong=True), "wheel-corrupt", Hop.PACKAGE, False),
        (Fault("*.whl", longer=64), "size-mismatch", Hop.GATEWAY, False),
    ],
)
async def test_faults_of_a_file(
    bench: Bench, fault: Fault, code: str, hop: Hop, transient: bool
) -> None:
    bench.index.faults.append(fault)
    found = await bench.cause(lock_of(bench.index, LARGE))
    assert (found.code, found.transient) == (code, transient), found.evidence
    if found.hop is not hop:  # where no address was printed, the mirror is all that is known
        assert (found.hop, found.params["host"]) == (Hop.MIRROR, "")
    assert found.params["package"] == "large==1.0"
    assert installed(bench.folder / "venv") == set()


async def test_another_content_than_locked(bench: Bench) -> None:
    lock = lock_of(bench.index, SIX)
    (package,) = lock.packages
    other = replace(package.files[0], sha256="0" * 64)
    longer = replace(package.files[0], size=5)
    wrong_hash = await bench.cause(replace(lock, packages=(replace(package, files=(other,)),)))
    wrong_size = await bench.cause(replace(lock, packages=(replace(package, files=(longer,)),)))
    assert (wrong_hash.code, wrong_hash.params["file"]) == ("hash-mismatch", "six==1.0")
    assert (wrong_size.code, wrong_size.params["expected"]) == ("size-mismatch", "5")
    assert wrong_size.params["found"] == str(len(SIX.data))


async def test_a_closed_port_and_an_unknown_name(bench: Bench) -> None:
    lock = lock_of(bench.index, SIX)
    closed = await bench.cause(lock, ROOT="http://127.0.0.1:9")
    unknown = await bench.cause(lock, ROOT="http://mirror.invalid")
    assert (closed.code, closed.hop) == ("connection-refused", Hop.GATEWAY)
    assert (unknown.code, unknown.params["host"]) == ("name-not-resolved", "mirror.invalid")


async def test_plain_http_where_tls_is_expected(bench: Bench) -> None:
    root = bench.index.root.replace("http:", "https:")
    found = await bench.cause(lock_of(bench.index, SIX), ROOT=root)
    assert found.code == "tls-failed"


def self_signed(file: Path) -> Path:
    """A certificate for 127.0.0.1, and its key, that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


async def test_a_certificate_of_an_unknown_authority(bench: Bench) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(self_signed(bench.folder / "server.pem"))
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        root = f"https://127.0.0.1:{runner.addresses[0][1]}"
        found = await bench.cause(lock_of(bench.index, SIX), ROOT=root)
    finally:
        await runner.cleanup()
    assert found.code == "certificate-unknown", found.evidence


async def test_a_proxy_that_wants_a_password(bench: Bench) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 407 Proxy Authentication Required\r\n"
            b"Proxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        proxy = f"http://user:hunter2@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for scheme in ("http", "https"):
            found = await bench.cause(
                lock_of(bench.index, SIX),
                ROOT=f"{scheme}://mirror.invalid",
                HTTP_PROXY=proxy,
                HTTPS_PROXY=proxy,
            )
            assert (found.code, found.hop) == ("proxy-refused", Hop.PROXY), found.evidence
            assert "hunter2" not in str(found)


async def test_offline_without_the_file(bench: Bench) -> None:
    found = await bench.cause(lock_of(bench.index, SIX), "--offline")
    assert found.code == "offline-not-cached"


async def test_a_lock_for_another_python(bench: Bench) -> None:
    found = await bench.cause(lock_of(bench.index, SIX, python="==3.9.*"))
    assert (found.code, found.hop) == ("python-mismatch", Hop.INTERPRETER)
    assert found.params["wanted"] == "==3.9.*"


@pytest.mark.parametrize("no_build", [True, False])
async def test_no_wheel_for_the_machine(bench: Bench, no_build: bool) -> None:
    wheel = make_wheel("native", tag="cp39-cp39-win_amd64")
    bench.index.add(wheel)
    lock = lock_of(bench.index, wheel)
    if not no_build:
        lock = replace(lock, packages=(replace(lock.packages[0], files=()),))
    found = await bench.cause(lock)
    assert (found.code, found.params["packages"]) == ("no-wheel-for-platform", ["native"])


async def test_an_interpreter_that_is_absent_or_broken(bench: Bench) -> None:
    lock = lock_of(bench.index, SIX)
    broken = bench.folder / "broken" / "bin" / "python"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    absent = await bench.cause(lock, "-p", "/nowhere/bin/python")
    version = await bench.cause(lock, "-p", "3.99")
    fails = await bench.cause(lock, "-p", str(broken))
    assert (absent.code, version.code) == ("interpreter-missing", "interpreter-missing")
    assert "3.99" in str(version.params["wanted"])
    assert fails.code == "interpreter-broken"
    assert str(fails.params["path"]).endswith("broken/bin/python")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 KB, where one may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_full_disk(bench: Bench, small_disk: Path) -> None:
    found = await bench.cause(lock_of(bench.index, LARGE), UV_CACHE_DIR=str(small_disk / "cache"))
    assert (found.code, found.hop) == ("disk-full", Hop.DISK), found.evidence


@pytest.fixture
def read_only_disk(small_disk: Path) -> Path:
    remount = ["mount", "-o", "remount,ro", str(small_disk)]
    subprocess.run(remount, check=True, capture_output=True)
    return small_disk


async def test_a_read_only_disk(bench: Bench, read_only_disk: Path) -> None:
    cache = read_only_disk / "cache"
    found = await bench.cause(lock_of(bench.index, SIX), UV_CACHE_DIR=str(cache))
    assert (found.code, found.hop) == ("disk-read-only", Hop.DISK), found.evidence
    assert found.params["path"] == str(cache)
