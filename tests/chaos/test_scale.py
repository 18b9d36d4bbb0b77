"""The scale harness itself: a fleet of four, in all that it measures of a thousand."""

import json
from pathlib import Path

import pytest

from bench.scale.__main__ import keep
from bench.scale.fleet import fleet
from bench.scale.measure import measure


@pytest.mark.timeout(900)
def test_a_small_fleet_is_measured_from_the_first_beat_to_the_last_storm(tmp_path: Path) -> None:
    with fleet(tmp_path / "fleet", 4) as made:
        found = measure(made, environments=2, releases=1, alone=2, say=lambda _: None)
    assert 0 < found.first <= found.median <= found.p99 <= found.last
    assert 0 < found.alone[0] <= found.alone[1]
    assert all(0 < median <= slow for median, slow in found.lists.values())
    for cost in (found.connected, found.created, found.nats_killed, found.nats_lost):
        assert cost is not None
        assert cost.seconds > 0
    file = tmp_path / "results.json"
    file.write_text('{"rows": [1], "scale": [{"nodes": 4, "environments": 2}]}')
    keep(found, file)
    document = json.loads(file.read_text())
    assert document["rows"] == [1]
    assert [each["nodes"] for each in document["scale"]] == [4]
    assert document["scale"][0]["p99"] == pytest.approx(found.p99, abs=1e-3)
