"""Lines that are safe to paste, and scripts that hold nothing that should not be seen."""

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from venvoy.controller.install.kept_scripts import KeptScripts
from venvoy.controller.install.scripts import (
    Script,
    linux_line,
    powershell,
    shell,
    windows_line,
)
from venvoy.wire.certificates import make_authority

URL = "https://10.0.0.7:7300"
TOKEN = "vj1_eyJzIjoi-_Z2g"
HOSTILE = ("$(touch x)", "`touch x`", "'; touch x; '", '" & calc', "a b", "%PATH%", "\u2019")
PEM = make_authority("Venvoy", datetime(2026, 1, 1, tzinfo=UTC)).certificate.decode()
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
SHELLS = [found for found in ("sh", "dash", "busybox") if shutil.which(found)]


def words(line: str) -> list[str]:
    return shlex.split(line, comments=False)


def test_scripts_carry_the_authority_and_no_mark() -> None:
    for made in (shell(PEM), powershell(PEM)):
        assert PEM.strip() in made.text
        assert "@" + "AUTHORITY" not in made.text
        assert made.digest == hashlib.sha256(made.text.encode()).hexdigest()
    assert "BEGIN CERTIFICATE" not in shell(None).text
    assert "authority=''\n" in shell(None).text


def test_a_line_runs_only_what_has_the_hash_in_it() -> None:
    script = shell(PEM)
    line = linux_line(URL, TOKEN, script)
    assert "\n" not in line
    assert line.count(script.digest) == 3, "twice in the address, once where it is compared"
    assert line.index("sha256sum -c") < line.index('sh "$f"')
    parts = words(line)
    assert parts[-5:] == ["--url", URL, "--token", TOKEN][-5:] or parts[-1] == TOKEN
    assert "-k" in parts
    plain = linux_line("http://10.0.0.7:7300", TOKEN, script)
    assert "-k" not in words(plain)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_a_line_is_read_as_a_command(hostile: str) -> None:
    url = f"https://{hostile}"
    line = linux_line(url, hostile, Script("install.sh", "exit 0\n"))
    parts = words(line)
    assert parts[parts.index("--url") + 1] == url
    assert parts[-1] == hostile
    quoted = "'" + hostile.replace("'", "''") + "'"
    assert f"-Token {quoted}" in windows_line(url, hostile, Script("install.ps1", ""))


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("right", [True, False])
def test_a_foreign_script_is_not_executed(tmp_path: Path, program: str, right: bool) -> None:
    """The download is played by a `curl` of the test's own."""
    promised = Script("install.sh", 'echo ran > "$RAN"\n')
    served = tmp_path / "served"
    served.write_text(promised.text if right else 'echo other > "$RAN"\n')
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text(f'#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncp {served} "$2"\n')
    curl.chmod(0o755)
    ran = tmp_path / "ran"
    shells = ["busybox", "sh"] if program == "busybox" else [program]
    done = subprocess.run(
        [*shells, "-c", linux_line(URL, TOKEN, promised)],
        env={"PATH": f"{curl.parent}:/usr/bin:/bin", "RAN": str(ran), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ran.exists() is right, done.stderr
    assert (done.returncode == 0) is right
    if not right:
        assert "did NOT match" in done.stderr


def test_the_line_for_windows_compares_before_it_runs() -> None:
    script = powershell(PEM)
    line = windows_line(URL, TOKEN, script)
    assert "\n" not in line
    assert line.index("Get-FileHash") < line.index("powershell -ExecutionPolicy")
    assert f"-eq '{script.digest}'" in line
    assert re.search(r"-Token 'vj1_[^']+'", line)


def test_an_earlier_script_is_found_by_its_hash_alone(tmp_path: Path) -> None:
    kept, script = KeptScripts(tmp_path / "scripts"), Script("install.sh", "# one\n")
    kept.keep(script)
    kept.keep(script)
    assert kept.find(script.digest) == script.text
    for other in ("", "ab" * 32, "../" + script.digest, script.digest.upper()):
        assert kept.find(other) is None


@pytest.mark.parametrize("program", SHELLS)
def test_the_script_is_read_by_every_shell(tmp_path: Path, program: str) -> None:
    file = tmp_path / "install.sh"
    file.write_text(shell(PEM).text)
    command = ["busybox", "sh"] if program == "busybox" else [program]
    subprocess.run([*command, "-n", file], check=True, timeout=30)


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "install.sh"
    file.write_text(shell(PEM).text)
    done = subprocess.run([SHELLCHECK, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


PLATFORMS = [
    ("x86_64", "glibc 2.36", "", "linux-x86_64"),
    ("amd64", "glibc 2.17", "x86_64", "linux-x86_64"),
    ("aarch64", "glibc 2.31", "", "linux-aarch64"),
    ("aarch64", "", "aarch64", "musllinux-aarch64"),
    ("arm64", "", "aarch64", "musllinux-aarch64"),
    ("x86_64", "", "x86_64", "musllinux-x86_64"),
    ("riscv64", "glibc 2.36", "", ""),
    ("armv7l", "", "armhf", ""),
]


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize(("machine", "glibc", "musl", "platform"), PLATFORMS)
def test_platforms_are_called_as_everywhere(
    tmp_path: Path, program: str, machine: str, glibc: str, musl: str, platform: str
) -> None:
    """A machine of glibc with musl beside it is one of glibc."""
    said = {
        "uname": f'[ "$1" = -s ] && echo Linux || echo {machine}',
        "getconf": f"echo '{glibc}'" if glibc else "exit 1",
    }
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, words in said.items():
        (folder / name).write_text(f"#!/bin/sh\n{words}\n")
        (folder / name).chmod(0o755)
    if musl:
        loader = tmp_path / f"ld-musl-{musl}.so.1"
        loader.write_text("#!/bin/sh\necho 'musl libc\nVersion 1.2.4' >&2\nexit 1\n")
        loader.chmod(0o755)
    text = shell(None).text.replace("/lib/ld-musl-", f"{tmp_path}/ld-musl-")
    text = text.replace("/lib/ld-linux-", f"{tmp_path}/none-").replace(
        "/lib64/ld-linux-", f"{tmp_path}/none-"
    )
    script = text.replace('\nmain "$@"\n', "\nplatform_of_machine\nlibc_of_machine\n")
    shells = ["busybox", "sh"] if program == "busybox" else [program]
    done = subprocess.run(
        [*shells, "-c", script],
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    if platform:
        assert done.stdout.split("\n")[:2] == [platform, glibc or "musl 1.2.4"], done.stderr
    else:
        assert done.returncode == 1
        assert machine in done.stderr
