import hashlib
from pathlib import Path

import pytest

from venvoy.index.settings import Retention
from venvoy.index.store import FileStore

DATA = b"wheel"
SHA = hashlib.sha256(DATA).hexdigest()


def stored(folder: Path, retention: Retention) -> FileStore:
    store = FileStore(folder, retention)
    store.open()
    part = store.new_part()
    part.write_bytes(DATA)
    store.commit(part, SHA)
    return store


@pytest.mark.parametrize("retention", Retention)
def test_a_committed_file_stands_under_its_hash(tmp_path: Path, retention: Retention) -> None:
    store = stored(tmp_path / "files", retention)
    assert store.path(SHA) == tmp_path / "files" / SHA[:2] / SHA[2:4] / SHA
    assert store.path(SHA).read_bytes() == DATA
    store.drop(SHA)
    store.drop(SHA)
    assert not store.has(SHA)


@pytest.mark.parametrize(
    ("retention", "survives"), [(Retention.KEEP, True), (Retention.BUILD, False)]
)
def test_a_restart_removes_parts_and_keeps_what_the_policy_keeps(
    tmp_path: Path, retention: Retention, survives: bool
) -> None:
    store = stored(tmp_path / "files", retention)
    store.new_part().write_bytes(b"half")
    again = FileStore(tmp_path / "files", retention)
    again.open()
    assert again.has(SHA) is survives
    assert not list((tmp_path / "files" / ".part").iterdir())


def test_a_part_that_cannot_be_committed_is_removed(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", Retention.KEEP)
    store.open()
    (tmp_path / "files" / SHA[:2]).write_text("in the way")
    part = store.new_part()
    part.write_bytes(DATA)
    with pytest.raises(NotADirectoryError):
        store.commit(part, SHA)
    assert not part.exists()
