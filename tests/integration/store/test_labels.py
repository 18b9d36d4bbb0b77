"""The labels in use."""

from datetime import timedelta
from pathlib import Path

from venvoy.domain.label import Labelled
from venvoy.store import environments, labels, nodes
from venvoy.store.environments import EnvironmentRow
from venvoy.store.labels import LabelRow
from venvoy.store.session import Database
from venvoy.testing.controller import Clock, add_node, context

NOW = Clock().now


async def test_labels_are_counted_over_environments_that_are_there(db: Database) -> None:
    async with db.write() as tx:
        for name, held in (
            ("a", {"team": "x", "app.io/tier": "1"}),
            ("b", {"team": "x", "empty": ""}),
            ("c", {"team": "Ä", "note": "a \"quoted\" 'text' 数据"}),
            ("d", {}),
            ("gone", {"team": "x", "old": "1"}),
        ):
            row = EnvironmentRow(name, name, "", "", held, None, 1, None, None, NOW, NOW)
            assert await environments.add(tx, row)
        await environments.change(tx, "gone", NOW, deleted_at=NOW)
    async with db.read() as tx:
        assert await labels.in_use(tx) == [
            LabelRow("app.io/tier", "1", 1),
            LabelRow("empty", "", 1),
            LabelRow("note", "a \"quoted\" 'text' 数据", 1),
            LabelRow("team", "x", 2),
            LabelRow("team", "Ä", 1),
        ]


async def test_labels_of_nodes_are_counted_apart(db: Database, tmp_path: Path) -> None:
    ctx = context(db, tmp_path)
    made = [await add_node(ctx, name) for name in ("one", "two", "gone")]
    async with db.write() as tx:
        for node in made:
            await nodes.change(tx, node, NOW, labels={"gpu": "yes"})
        await nodes.remove(tx, made[-1], keep_data=False, now=NOW + timedelta(seconds=1))
    async with db.read() as tx:
        assert await labels.in_use(tx, Labelled.NODES) == [LabelRow("gpu", "yes", 2)]
        assert await labels.in_use(tx) == []
