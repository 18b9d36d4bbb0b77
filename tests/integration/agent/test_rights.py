"""The rights file on this very machine: users that are here, lists that the kernel keeps."""

import getpass
import grp  # noqa: F401 - not to be loaded by a child that may read nothing
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from venvoy.agent import rights
from venvoy.agent.facts import rights_fact
from venvoy.agent.rights import Access, Found
from venvoy.agent.system import acl
from venvoy.domain.errors import Forbidden, InvalidInput, Unavailable
from venvoy.domain.rights import DEFAULT, SAFEST, Rights

OTHER = "nobody"
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="becomes other users")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def as_other(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as another user."""
    number = pwd.getpwnam(OTHER).pw_uid
    return subprocess.run(
        command, user=number, group=number, extra_groups=[], check=False, text=True,
        capture_output=True, timeout=30,
    )  # fmt: skip


def in_a_child_of(user: int, action: Callable[[], None]) -> int:
    """Return the exit code of a child that becomes a user and does something."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            action()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def prefix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prefix with a file that is also in the cache, below directories that all may enter."""
    made = tmp_path_factory.mktemp("rights", numbered=True)
    below = Path(tempfile.gettempdir()).resolve()
    for parent in (each for each in (made, *made.parents) if below in each.parents):
        parent.chmod(0o755)
    cached = write(made / "cache" / "module.py", "one = 1\n")
    folder = made / "prefix" / "lib" / "package"
    folder.mkdir(parents=True)
    os.link(cached, folder / "module.py")
    return made / "prefix"


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert rights.read((tmp_path / "none", tmp_path / "neither")) == Found(DEFAULT)
    assert rights.check_run(Found()) is None
    assert rights_fact(Found()).file is None


def test_the_machines_file_stands_before_the_agents_own(tmp_path: Path) -> None:
    system, own = tmp_path / "etc" / "node.toml", write(tmp_path / "own.toml", "")
    assert rights.read((system, own)).file == own
    write(system, "[run]\nallowed = false\n")
    assert rights.read((system, own)) == Found(Rights(run=False), system)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[run", "rights-unreadable"),
        ("[prefixes]\nusers = ['no-such-user']", "rights-name-unknown"),
        ("[prefixes]\ngroups = ['no-such-group']", "rights-name-unknown"),
        ("[run]\nuser = 'no-such-user'", "rights-name-unknown"),
        ("[run]\nuser = 'nul\\u0000l'", "rights-name-unknown"),
        ("[run]\nrun = true", "rights-key-unknown"),
    ],
)
def test_a_wrong_file_allows_nothing(tmp_path: Path, text: str, code: str) -> None:
    found = rights.read((write(tmp_path / "node.toml", text),))
    assert found.rights == SAFEST
    assert found.error is not None
    assert found.error.code == code
    fact = rights_fact(found)
    assert (fact.error, fact.run) == (code, False)
    assert fact.params["path"] == str(tmp_path / "node.toml")
    with pytest.raises(InvalidInput):
        rights.check_run(found)


def test_a_directory_and_bytes_that_are_no_text_are_no_file(tmp_path: Path) -> None:
    (tmp_path / "node.toml").mkdir()
    for path in (tmp_path / "node.toml", tmp_path / "bytes"):
        if not path.exists():
            path.write_bytes(b"\xff\xfe")
        found = rights.read((path,))
        assert (found.rights, found.error and found.error.code) == (SAFEST, "rights-unreadable")


@only_root
def test_writers_replace_files_and_reach_no_other_prefix(prefix: Path) -> None:
    found = Found(Rights(users=(OTHER,)), prefix / "node.toml")
    package = prefix / "lib" / "package"
    assert as_other("touch", package / "new.py").returncode != 0
    rights.grant(prefix, found)
    assert as_other("mkdir", "-p", package / "made" / "deep").returncode == 0
    assert as_other("touch", package / "made" / "deep" / "new.py").returncode == 0
    through = as_other("sh", "-c", f"echo three >> {package}/module.py")
    assert through.returncode != 0, "the cache has the same file"
    replaced = as_other(
        "sh", "-c", f"rm -f {package}/module.py && echo two = 2 > {package}/module.py"
    )
    assert replaced.returncode == 0, replaced.stderr
    cache = prefix.parent / "cache" / "module.py"
    assert cache.read_text() == "one = 1\n"


@only_root
def test_an_agent_that_is_not_root_may_delete_what_writers_made(prefix: Path) -> None:
    """The agent is `nobody` here, the writer root, whom nothing stops."""
    number = pwd.getpwnam(OTHER).pw_uid
    for path in (prefix.parent, *prefix.parent.rglob("*")):
        os.chown(path, number, number)
    found = Found(Rights(groups=("daemon",)))
    assert in_a_child_of(number, lambda: rights.grant(prefix, found)) == 0
    made = prefix / "lib" / "package" / "by-root"
    made.mkdir()
    (made / "file").write_text("")
    assert as_other("rm", "-r", made).returncode == 0


def test_a_file_system_without_lists_is_named_and_ends_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: str, name: str, value: bytes) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refused)
    me = getpass.getuser()
    file = write(tmp_path / "node.toml", f"[prefixes]\nusers = ['{me}']\n")
    access, said = Access((file,)), list[str]()
    access.grant(tmp_path, said.append)
    assert said == ["rights not given: Operation not supported"]
    found = access.found()
    assert found.error is not None
    assert found.error.code == "rights-unsupported"
    assert found.rights.users == (me,)
    write(file, "")
    assert access.found().error is None, "nothing is to be given any more"


def test_as_whom_commands_run(monkeypatch: pytest.MonkeyPatch) -> None:
    only = Found(Rights(run_as=OTHER), Path("node.toml"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert rights.check_run(only) == OTHER
    monkeypatch.setattr(os, "geteuid", lambda: pwd.getpwnam(OTHER).pw_uid)
    assert rights.check_run(only) is None
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(Forbidden) as refused:
        rights.check_run(only)
    assert refused.value.code == "run-only-as"
    with pytest.raises(Forbidden) as refused:
        rights.check_run(Found(Rights(run=False), Path("node.toml")))
    assert refused.value.code == "run-not-allowed"


def test_without_writers_nothing_is_touched(prefix: Path) -> None:
    before = prefix.stat()
    rights.grant(prefix, Found())
    assert prefix.stat() == before
    with pytest.raises(Unavailable):
        rights.grant(prefix / "none", Found(Rights(users=(getpass.getuser(),))))


@pytest.mark.skipif(shutil.which("getfacl") is None, reason="getfacl is not here")
def test_the_lists_are_those_that_the_system_shows(prefix: Path) -> None:
    rights.grant(prefix, Found(Rights(users=(OTHER,), groups=("daemon",))))
    shown = subprocess.run(["getfacl", prefix], capture_output=True, text=True, check=True).stdout
    assert f"user:{OTHER}:rwx" in shown
    assert "default:group:daemon:rwx" in shown


def test_entries_stand_in_the_order_that_the_kernel_demands() -> None:
    def numbers(data: bytes) -> Sequence[int]:
        return [int.from_bytes(data[at : at + 2], "little") for at in range(4, len(data), 8)]

    assert numbers(acl.writable_by([9, 3, 9], [5])) == [1, 2, 2, 4, 8, 16, 32]
