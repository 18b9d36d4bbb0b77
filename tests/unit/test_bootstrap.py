"""The bootstrap: parses on old Pythons, and hands pip's configuration to uv."""

import ast
import os
from pathlib import Path

import pytest

from scripts import bootstrap, indexes

HOME_CONFIG = ".config/pip/pip.conf"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home directory in which nothing is configured."""
    return tmp_path


def configure(home: Path, content: str, path: str = HOME_CONFIG) -> None:
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")


def uv_variables(home: Path, **environ: str) -> dict[str, str]:
    """What is there for uv on a machine with that home and nothing else configured."""
    machine = indexes.Machine(environ, home, etc=home / "etc", prefix=home / "prefix")
    found = indexes.uv_environment(machine)
    return {key: value for key, value in found.items() if not key.startswith("PIP_")}


def test_an_old_python_can_parse_it() -> None:
    source = Path(bootstrap.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 4))
    formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    assert formatted == [], "Python 3.5 and older know no f-strings"


def test_a_python_is_found_on_path_past_broken_shims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "shims" / "python3.13", "exit 127")
    script(tmp_path / "old" / "python3", "exit 1")
    good = script(tmp_path / "good" / "python3.12", "exit 0")
    folders = [str(tmp_path / name) for name in ("shims", "absent", "old", "good")]
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    assert bootstrap.find_python() == str(good)


def test_no_python_on_path_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.find_python() is None


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_nothing_configured_adds_nothing(home: Path) -> None:
    assert uv_variables(home) == {}


def test_indexes_proxies_and_certificates_are_translated(home: Path) -> None:
    configure(
        home,
        "[global]\n"
        "index-url = https://mirror.example.org/simple\n"
        "extra-index-url =\n    https://one.example.org/simple\n    file:///srv/simple\n"
        "find-links = /srv/wheels\n"
        "cert = /etc/ca.pem\n"
        "proxy = http://proxy.example.org:3128\n"
        "trusted-host = mirror.example.org\n",
    )
    assert uv_variables(home) == {
        "UV_DEFAULT_INDEX": "https://mirror.example.org/simple",
        "UV_INDEX": "https://one.example.org/simple file:///srv/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/srv/wheels",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "HTTP_PROXY": "http://proxy.example.org:3128",
        "HTTPS_PROXY": "http://proxy.example.org:3128",
        "UV_INSECURE_HOST": "mirror.example.org",
    }


def test_variables_beat_files_and_install_beats_global(home: Path) -> None:
    configure(
        home,
        "[install]\nindex-url = https://b.example.org\ncert = /b.pem\n"
        "[global]\nindex-url = https://a.example.org\ncert = /a.pem\n",
    )
    found = uv_variables(home, PIP_INDEX_URL="https://c.example.org")
    assert found == {"UV_DEFAULT_INDEX": "https://c.example.org", "SSL_CERT_FILE": "/b.pem"}


def test_what_is_said_for_uv_is_kept(home: Path) -> None:
    configure(home, "[global]\nindex-url = https://a.example.org\ncert = /a.pem\n")
    found = uv_variables(home, UV_INDEX="https://u.example.org", SSL_CERT_FILE="/u.pem")
    assert found == {"UV_INDEX": "https://u.example.org", "SSL_CERT_FILE": "/u.pem"}


def test_indexes_in_uvs_own_file_are_kept(home: Path) -> None:
    configure(home, "[global]\nextra-index-url = https://a.example.org\ncert = /a.pem\n")
    configure(home, '[[index]]\nurl = "https://u.example.org"\n', ".config/uv/uv.toml")
    assert uv_variables(home) == {"SSL_CERT_FILE": "/a.pem"}


def test_no_file_is_read_where_pip_reads_none(home: Path) -> None:
    configure(home, "[global]\nindex-url = https://a.example.org\n")
    assert uv_variables(home, PIP_CONFIG_FILE=os.devnull) == {}


def test_each_file_beats_the_wider_one(home: Path) -> None:
    configure(home, "[global]\nindex-url = system\ncert = system\nproxy = system\n", "etc/pip.conf")
    configure(home, "[global]\nindex-url = user\ncert = user\n")
    configure(home, "[global]\nindex-url = named\n", "named.conf")
    assert uv_variables(home, PIP_CONFIG_FILE=str(home / "named.conf")) == {
        "UV_DEFAULT_INDEX": "named",
        "SSL_CERT_FILE": "user",
        "HTTP_PROXY": "system",
        "HTTPS_PROXY": "system",
    }


@pytest.mark.parametrize("content", ["index-url = no section\n", "[global\n", "\x00"])
def test_a_broken_file_is_passed_over(home: Path, content: str) -> None:
    configure(home, content)
    assert uv_variables(home, PIP_CERT="/v.pem") == {"SSL_CERT_FILE": "/v.pem"}
