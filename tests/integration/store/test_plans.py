"""Plans are kept for a while and not without number; their locks go when nobody has them."""

from datetime import UTC, datetime, timedelta

from venvoy.domain.generation import install
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.state import OperationKind
from venvoy.store import environments, locks, nodes, operations, plans, replicas, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.plans import PlanRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Database, Transaction

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ENVIRONMENT = "01940000-0000-7000-8000-000000000001"


def lock(version: str) -> Lock:
    file = LockedFile(f"a-{version}-py3-none-any.whl", "ab" * 32, 1)
    return Lock("==3.12.*", (LockedPackage("a", version, None, (file,)),))


async def environment(tx: Transaction, id_: str = ENVIRONMENT, name: str = "web") -> None:
    row = EnvironmentRow(id_, name, "", "", {}, None, 1, None, None, NOW, NOW)
    assert await environments.add(tx, row)


async def plan(tx: Transaction, number: int, digest: str, keep: int = 10) -> PlanRow:
    row = PlanRow(
        id=f"01940000-0000-7000-9000-{number:012}",
        environment_id=ENVIRONMENT,
        base_version=1,
        base_revision=None,
        proposal={"requirements": ["a"]},
        lock_digest=digest,
        shown={"number": number},
        author_id=None,
        created_at=NOW,
        expires_at=NOW + timedelta(hours=number),
    )
    await plans.add(tx, row, keep=keep)
    return row


async def revision(tx: Transaction, number: int, digest: str) -> None:
    spec = {"requirements": [], "python": "==3.12.*", "platforms": []}
    id_ = f"01940000-0000-7000-a000-{number:012}"
    await revisions.add(tx, RevisionRow(id_, ENVIRONMENT, number, spec, digest, None, "", NOW))


async def test_a_plan_is_found_until_it_expires(db: Database) -> None:
    async with db.write() as tx:
        await environment(tx)
        kept = await plan(tx, 1, await locks.add(tx, lock("1"), NOW))
    async with db.read() as tx:
        assert await plans.get(tx, ENVIRONMENT, kept.id, NOW) == kept
        assert await plans.get(tx, ENVIRONMENT, kept.id, kept.expires_at) is None
        assert await plans.get(tx, "of another", kept.id, NOW) is None
        assert await plans.get(tx, ENVIRONMENT, "x" * 200, NOW) is None


async def test_only_the_newest_stay(db: Database) -> None:
    async with db.write() as tx:
        await environment(tx)
        made = [
            await plan(tx, number, await locks.add(tx, lock(f"{number}"), NOW), keep=2)
            for number in range(1, 5)
        ]
        found = [await plans.get(tx, ENVIRONMENT, each.id, NOW) for each in made]
        there = [await locks.get(tx, each.lock_digest) for each in made]
    assert found == [None, None, made[2], made[3]]
    assert there == [None, None, lock("3"), lock("4")]


async def test_a_lock_stays_while_a_revision_or_another_plan_has_it(db: Database) -> None:
    async with db.write() as tx:
        await environment(tx)
        revised, shared, alone = [await locks.add(tx, lock(each), NOW) for each in "123"]
        await revision(tx, 1, revised)
        for number, digest in enumerate([revised, shared, alone, shared], start=1):
            await plan(tx, number, digest)
    async with db.write() as tx:
        await plans.forget(tx, NOW + timedelta(hours=3))
        left = [await locks.get(tx, digest) is not None for digest in (revised, shared, alone)]
        assert left == [True, True, False]
        assert await locks.package_names(tx, alone) == frozenset()
        await plans.forget(tx, NOW + timedelta(hours=9))
        assert await locks.get(tx, shared) is None
        assert await locks.add(tx, lock("2"), NOW) == shared
        assert await locks.get(tx, shared) == lock("2")


async def test_what_is_live_on_nodes(db: Database) -> None:
    async with db.write() as tx:
        await environment(tx)
        first, second = [await locks.add(tx, lock(each), NOW) for each in "12"]
        await revision(tx, 1, first)
        await revision(tx, 2, second)
        goal_nodes = [await nodes.register(tx, f"n{n}", f"n{n}", f"k{n}", NOW) for n in range(3)]
        for node, live in zip(goal_nodes, (1, 2, None), strict=True):
            await held(tx, node.id, live)
        found = await replicas.live_on(tx, [node.id for node in goal_nodes])
    assert {(row.node_id, row.live_revision, row.lock_digest) for row in found} == {
        ("n0", 1, first),
        ("n1", 2, second),
    }


async def held(tx: Transaction, node_id: str, live: int | None) -> None:

    operation = f"op-{node_id}"
    await operations.add(tx, operation_id=operation, kind=OperationKind.BUILD, now=NOW)
    goal = install(None, 1, operation, 2)
    await replicas.set_goals(tx, ENVIRONMENT, {node_id: goal})
    await replicas.report(tx, ENVIRONMENT, node_id, live_revision=live)
