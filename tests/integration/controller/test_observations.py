"""What nodes tell of their prefixes: kept once, the newest, and only of what is theirs."""

from venvoy.store import observations
from venvoy.store.observations import ObservedPackageRow
from venvoy.testing.world import World
from venvoy.wire.observations import (
    DriftFact,
    ObservedPackage,
    ObservedReply,
    ObservedRequest,
    Offer,
    ReplicaObservation,
)
from venvoy.wire.subjects import observed_request


def seen(environment: str, sequence: int, version: str = "1.0", drift: int = 0) -> ObservedRequest:
    told = ReplicaObservation(
        environment=environment,
        sequence=sequence,
        revision=1,
        packages=(ObservedPackage(name="six", version=version, installer="pip"),),
        findings=tuple(
            DriftFact(kind="edited", package="six", path=f"{number}.py") for number in range(drift)
        ),
        findings_total=drift,
    )
    return ObservedRequest(told=told)


async def tell(world: World, request: ObservedRequest) -> ObservedReply:
    answer = await world.request(observed_request(world.node), request.model_dump_json().encode())
    return ObservedReply.model_validate_json(answer)


async def held(world: World, environment: str) -> tuple[list[ObservedPackageRow], int]:
    async with world.controller.context.db.read() as tx:
        packages = await observations.packages_of(tx, environment, world.node)
        assert packages == await observations.holders(tx, "six")
        drift = await observations.drift_of_environment(tx, environment)
        return packages, len(drift)


async def test_only_the_newest_counts_whatever_is_doubled_or_late(world: World) -> None:
    environment = (await world.create()).id
    await world.document(environment, 1)
    newest = seen(environment, 20, "2.0", drift=2)
    for request in (seen(environment, 10), newest, newest, seen(environment, 15, "1.5")):
        await tell(world, request)
        packages, drift = await held(world, environment)
    assert [each.version for each in packages] == ["2.0"]
    assert drift == 2
    await tell(world, seen(environment, 30, "2.0"))
    assert (await held(world, environment))[1] == 0


async def test_a_lost_one_is_asked_for_at_the_next_offer(world: World) -> None:
    environment = (await world.create()).id
    await world.document(environment, 1)
    request = seen(environment, 10)
    assert request.told is not None
    digest = request.told.digest()
    offer = ObservedRequest(offers=(Offer(environment=environment, digest=digest),))
    assert (await tell(world, offer)).wanted == (environment,)
    await tell(world, request)
    assert (await tell(world, offer)).wanted == ()


async def test_what_is_not_placed_on_the_node_is_dropped(world: World) -> None:
    elsewhere = world.controller.context.new_id()
    await tell(world, seen(elsewhere, 10))
    assert await held(world, elsewhere) == ([], 0)
