"""The words of the tutorial on the real index."""

import json
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from venvoy.testing.damage import missing_files
from venvoy.testing.installation import Installation

pytestmark = [pytest.mark.network, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def reachable() -> None:
    """Skip where nothing answers at the official index."""
    request = Request(f"{PYPI_SIMPLE_ENDPOINT}pip/", method="HEAD")
    try:
        with urlopen(request, timeout=20):
            pass
    except HTTPError as error:
        pytest.fail(f"the official index answers with {error.code}")
    except OSError as error:
        pytest.skip(f"the official index cannot be reached: {error}")


@pytest.mark.usefixtures("reachable")
def test_the_first_environment_of_a_new_user(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "data")
    installation.up()
    try:
        said = installation.cli(
            *("env", "create", "web", "-p", "fastapi[standard]", "-p", "sqlalchemy", "--wait"),
            seconds=300,
        ).stderr
        assert "no `--python` was given" in said
        assert "ready on local with Python" in said
        run = installation.cli("run", "web", "--", "python", "-c", "import fastapi, sqlalchemy")
        assert (run.returncode, run.stderr) == (0, "")
        pip = installation.stable("web") / "bin" / "pip"
        listed = subprocess.run(
            [pip, "list", "--format", "json"], capture_output=True, check=True
        ).stdout
        assert {"fastapi", "sqlalchemy"} <= {
            package["name"].lower() for package in json.loads(listed)
        }
        assert missing_files(installation.live("web")) == []
        exported = installation.cli("env", "export", "web").stdout
        assert "://" not in exported, "a lock names no mirror"
    finally:
        assert installation.stop() == 0
    assert installation.leftovers() == []
