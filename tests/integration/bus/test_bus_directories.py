"""The embedded server lives below any directory that the system allows."""

from pathlib import Path

import pytest

from venvoy.testing.fleet import running_fleet


@pytest.mark.parametrize("name", ["数据 dir", "é'ñ\"$HOME", "back\\slash {x} # y"])
async def test_a_directory_may_have_any_name(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    async with running_fleet(data) as fleet, fleet.controller() as controller:
        assert controller.link.connected
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing lies elsewhere"
