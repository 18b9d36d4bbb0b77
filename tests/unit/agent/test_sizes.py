"""What a prefix takes, and what deleting it frees: links elsewhere keep their files."""

from pathlib import Path

from venvoy.agent.sizes import Size, sizes_of


def test_only_what_no_other_directory_shares_is_freed(tmp_path: Path) -> None:
    cache, first, second = (tmp_path / name for name in ("cache", "first", "second"))
    for each in (cache, first / "lib", second):
        each.mkdir(parents=True)
    (cache / "shared").write_bytes(b"x" * 1000)
    (first / "lib" / "shared").hardlink_to(cache / "shared")
    (first / "lib" / "own").write_bytes(b"x" * 70)
    (first / "twice").hardlink_to(first / "lib" / "own")
    (second / "link").symlink_to(cache / "shared")
    found = sizes_of({"first": first, "second": second, "gone": tmp_path / "gone"}, 60.0)
    assert found["first"] == Size(1070, 70)
    assert found["second"].total < 1000
    assert found["gone"] == Size(0, 0)


def test_what_there_is_no_time_for_is_left_out(tmp_path: Path) -> None:
    assert sizes_of({"first": tmp_path}, -1.0) == {}
