"""Users, roles and tokens, as several people on machines of their own have them."""

import tomllib
from pathlib import Path

import pytest

from venvoy.testing.installation import PASSWORD, Installation


@pytest.fixture
def desk(shared: Installation, tmp_path: Path) -> dict[str, str]:
    """The variables of a person who has not signed in yet."""
    return {"VENVOY_DATA": str(tmp_path / "desk")}


def test_a_viewer_may_look_and_no_more(
    shared: Installation, desk: dict[str, str], name: str
) -> None:
    url, word = shared.access()["url"], "many words are long"
    shared.cli("user", "create", "vera", "--role", "viewer", "--password-stdin", stdin=word)
    stranger = shared.cli("env", "list", check=False, variables={**desk, "VENVOY_URL": url})
    assert stranger.returncode == 4
    assert "this CLI is not signed in" in stranger.stderr
    signed_in = shared.cli(
        "login", url, "--user", "vera", "--password-stdin", stdin=word, variables=desk
    )
    assert word not in signed_in.stderr
    file = Path(desk["VENVOY_DATA"]) / "cli.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert tomllib.loads(file.read_text())["url"] == url
    who = shared.json("whoami", variables=desk)
    assert (who["username"], who["role"]) == ("vera", "viewer")
    shared.json("env", "list", variables=desk)
    for change in (
        ("env", "create", name, "-p", "alpha"),
        ("user", "create", "wim", "--password-stdin"),
        ("user", "list"),
    ):
        denied = shared.cli(*change, check=False, stdin=word, variables=desk)
        assert denied.returncode == 4, change
        assert "this needs the role" in denied.stderr
    denied = shared.cli("env", "create", name, "--lang", "zh-CN", check=False, variables=desk)
    assert denied.returncode == 4
    assert "角色" in denied.stderr
    shared.cli("user", "edit", "vera", "--role", "operator")
    promoted = shared.cli("env", "create", name, "-p", "alpha", check=False, variables=desk)
    assert promoted.returncode == 4  # the token keeps the rights that it was made with
    shared.cli("login", url, "--user", "vera", "--password-stdin", stdin=word, variables=desk)
    shared.cli("env", "create", name, "-p", "alpha", variables=desk)
    assert shared.json("env", "show", name)["owner"] == "vera"
    shared.cli("user", "delete", "vera", "--yes")
    assert shared.cli("whoami", check=False, variables=desk).returncode == 4


def test_a_token_has_its_own_rights_and_ends(shared: Installation, name: str) -> None:
    made = shared.json("token", "create", "ci", "--role", "viewer", "--days", "1")
    secret = {"VENVOY_TOKEN": made["secret"], "VENVOY_URL": shared.access()["url"]}
    assert shared.json("whoami", variables=secret)["role"] == "viewer"
    denied = shared.cli("env", "create", name, "-p", "alpha", check=False, variables=secret)
    assert denied.returncode == 4
    listed = shared.json("token", "list")["items"]
    assert made["secret"] not in str(listed)
    shared.cli("token", "delete", made["id"])
    gone = shared.cli("whoami", check=False, variables=secret)
    assert gone.returncode == 4
    assert "not known" in gone.stderr


def test_signing_in_wrongly(shared: Installation, desk: dict[str, str]) -> None:
    url = shared.access()["url"]
    wrong = shared.cli(
        *("login", url, "--user", "admin", "--password-stdin"),
        check=False,
        stdin=f"{PASSWORD} not",
        variables=desk,
    )
    assert wrong.returncode == 4
    assert "user name or password is wrong" in wrong.stderr
    assert not (Path(desk["VENVOY_DATA"]) / "cli.toml").exists()


def test_a_controller_that_is_not_there(shared: Installation, desk: dict[str, str]) -> None:
    nowhere = {"VENVOY_URL": "http://127.0.0.1:9", "VENVOY_TOKEN": "any"}
    nobody = shared.cli("env", "list", check=False, variables={**desk, **nowhere})
    assert nobody.returncode == 5
    assert nobody.stderr.startswith("error: ")
