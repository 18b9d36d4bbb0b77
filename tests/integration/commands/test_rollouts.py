"""Revisions on their way to nodes: by hand, in a window, in waves; and what people do to them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from venvoy.controller import environments, operations, queries, revisions
from venvoy.controller import rollout_commands as commands
from venvoy.controller.context import Actor, Context
from venvoy.controller.placing import Placing
from venvoy.controller.rolling import Rolling
from venvoy.controller.rollout_views import list_rollouts
from venvoy.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from venvoy.domain.role import Role
from venvoy.domain.rollout import Phase
from venvoy.domain.state import EnvironmentState, ReplicaState
from venvoy.store import audit, events, nodes, replicas
from venvoy.store import environments as environment_rows
from venvoy.store import operations as operation_rows
from venvoy.store.pages import Paging
from venvoy.testing.controller import Clock, add_actor, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PlacementWish, PolicyWish
from venvoy.wire.revisions import RollbackWish, TagWish
from venvoy.wire.rollouts import Rollout

NAMES = ["n1", "n2", "n3", "n4", "n5", "n6"]
Edit = Callable[..., Awaitable[None]]


@pytest.fixture
async def six(ctx: Context) -> dict[str, str]:
    """The ids of six nodes by name."""
    return {name: await add_node(ctx, name) for name in NAMES}


@pytest.fixture
async def web(ctx: Context, actor: Actor, six: dict[str, str], loop: None, ended: Any) -> str:
    """The name of an environment whose first revision is ready on six nodes."""
    placed = PlacementWish(nodes=NAMES)
    wish = EnvironmentCreate(name="web", requirements="flask", placement=placed)
    await ended(await environments.create(ctx, actor, wish))
    await report(ctx, NAMES)
    return "web"


@pytest.fixture
def edit(ctx: Context, actor: Actor, web: str, ended: Any) -> Edit:
    """Edits `web` with a requirement and a policy, and waits until it is resolved."""

    async def change(*add: str, **policy: Any) -> None:
        wish = PolicyWish(**policy) if policy else None
        found = EnvironmentEdit(add=list(add), policy=wish)
        operation = await environments.edit(ctx, actor, web, found)
        if operation is not None:
            await ended(operation)

    return change


async def report(
    ctx: Context, names: Sequence[str], state: ReplicaState = ReplicaState.READY
) -> None:
    """Let nodes say how what they were told last came out, and let the loop look."""
    async with ctx.db.write() as tx:
        row = await environment_rows.get(tx, "web")
        assert row is not None
        for name in names:
            node = await nodes.get(tx, name)
            assert node is not None
            await replicas.report(tx, row.id, node.id, state=state.value, reported_at=ctx.clock())
    await Rolling(ctx).step()


async def goals(ctx: Context) -> dict[str, int | None]:
    """The revision that each node was told last."""
    async with ctx.db.read() as tx:
        row = await environment_rows.get(tx, "web")
        assert row is not None
        rows = await replicas.of_environments(tx, [row.id])
        names = await nodes.names(tx, [each.node_id for each in rows])
    return {names[each.node_id]: each.revision for each in rows}


async def online(ctx: Context, name: str, *, online: bool) -> None:
    async with ctx.db.write() as tx:
        node = await nodes.get(tx, name)
        assert node is not None
        await nodes.set_online(tx, node.id, online=online, now=ctx.clock())


async def told(ctx: Context) -> list[Rollout]:
    return (await list_rollouts(ctx, "web", Paging())).items


async def state(ctx: Context) -> EnvironmentState:
    return (await queries.show_environment(ctx, "web")).state


async def test_without_a_policy_a_revision_goes_to_all_at_once(ctx: Context, edit: Edit) -> None:
    await edit("rich")
    assert set((await goals(ctx)).values()) == {2}
    assert await told(ctx) == []
    assert (await queries.show_environment(ctx, "web")).rollout is None


async def test_waves_go_out_one_after_the_other(ctx: Context, edit: Edit) -> None:
    await edit("rich", waves=["1", "50%"])
    assert await goals(ctx) == {"n1": 2, **dict.fromkeys(NAMES[1:], 1)}
    assert await state(ctx) is EnvironmentState.ROLLING
    brief = (await queries.show_environment(ctx, "web")).rollout
    assert brief is not None
    assert (brief.revision, brief.back, brief.wave, brief.waves) == (2, 1, 1, 3)
    await report(ctx, ["n1"])
    assert [name for name, number in (await goals(ctx)).items() if number == 2] == NAMES[:4]
    await report(ctx, NAMES[:3])
    assert [name for name, number in (await goals(ctx)).items() if number == 2] == NAMES[:4]
    await report(ctx, ["n4"])
    assert set((await goals(ctx)).values()) == {2}
    await report(ctx, NAMES)
    (rollout,) = await told(ctx)
    assert rollout.phase is Phase.DONE
    assert rollout.ended_at is not None
    opened = [step for step in rollout.steps if step.event == "wave-open"]
    assert [step.nodes for step in opened] == [["n1"], ["n2", "n3", "n4"], ["n5", "n6"]]
    assert await state(ctx) is EnvironmentState.READY


async def test_a_pause_between_waves_ends_by_itself(ctx: Context, edit: Edit, clock: Clock) -> None:
    await edit("rich", waves=["1"], wave_pause=600)
    await report(ctx, ["n1"])
    (rollout,) = await told(ctx)
    assert (rollout.reason, rollout.moved, rollout.ready) == ("between-waves", 1, 1)
    assert rollout.until is not None
    clock.advance(599)
    await Rolling(ctx).step()
    assert (await goals(ctx))["n2"] == 1
    clock.advance(1)
    await Rolling(ctx).step()
    assert (await goals(ctx))["n2"] == 2


async def test_a_bad_revision_stops_in_the_first_wave_and_goes_back(
    ctx: Context, edit: Edit
) -> None:
    await edit("rich", waves=["2", "2"])
    await report(ctx, ["n1"], ReplicaState.FAILED)
    assert set((await goals(ctx)).values()) == {1}
    shown = await queries.show_environment(ctx, "web")
    assert (shown.revision, shown.requirements) == (1, ["flask"])
    (rollout,) = await told(ctx)
    assert rollout.phase is Phase.RETURNING
    assert rollout.back == 1
    (stopped,) = [step for step in rollout.steps if step.event == "budget-exceeded"]
    assert (stopped.nodes, stopped.failed) == (["n1", "n2"], ["n1"])
    await report(ctx, ["n1", "n2"])
    (rollout,) = await told(ctx)
    assert rollout.phase is Phase.RETURNED
    assert await state(ctx) is EnvironmentState.READY
    async with ctx.db.read() as tx:
        (entry, *_), _ = await audit.list_page(tx, Paging())
        codes = [row.code for row in await events.after(tx, 0)]
    assert (entry.action, entry.username) == ("environment-taken-back", None)
    assert {"rollout-budget-exceeded", "rollout-returned", "environment-taken-back"} <= {*codes}


async def test_a_stop_that_takes_nothing_back_waits_for_somebody(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", waves=["2"], returns=False)
    await report(ctx, ["n1"], ReplicaState.FAILED)
    await report(ctx, ["n2"])
    assert await goals(ctx) == {"n1": 2, "n2": 2, **dict.fromkeys(NAMES[2:], 1)}
    assert await state(ctx) is EnvironmentState.PAUSED
    rollout = await commands.resume(ctx, actor, "web")
    assert set((await goals(ctx)).values()) == {2}
    assert rollout.phase is Phase.RUNNING
    await report(ctx, ["n3"], ReplicaState.FAILED)
    assert await state(ctx) is EnvironmentState.PAUSED


async def test_by_hand_nothing_moves_until_somebody_lets_it_out(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", sync="manual")
    assert set((await goals(ctx)).values()) == {1}
    assert await state(ctx) is EnvironmentState.PAUSED
    await Placing(ctx).step()
    assert set((await goals(ctx)).values()) == {1}
    rollout = await commands.release(ctx, actor, "web")
    assert set((await goals(ctx)).values()) == {2}
    assert [step.event for step in rollout.steps] == ["not-released", "released", "wave-open"]
    assert rollout.steps[1].by == "ada"


async def test_a_new_environment_waits_too_and_its_first_revision_has_none_before_it(
    ctx: Context, actor: Actor, six: dict[str, str], loop: None, ended: Any
) -> None:
    wish = EnvironmentCreate(
        name="web",
        requirements="flask",
        placement=PlacementWish(nodes=NAMES),
        policy=PolicyWish(sync="manual", waves=["1"]),
    )
    await ended(await environments.create(ctx, actor, wish))
    assert await goals(ctx) == {}
    assert await state(ctx) is EnvironmentState.PAUSED
    await Placing(ctx).step()
    assert await goals(ctx) == {}
    await commands.release(ctx, actor, "web")
    assert await goals(ctx) == {"n1": 1}
    with pytest.raises(Conflict) as caught:
        await commands.abort(ctx, actor, "web")
    assert caught.value.code == "rollout-first"


async def test_a_window_opens_by_itself(ctx: Context, edit: Edit, clock: Clock) -> None:
    # The clock stands at 03:04:05 UTC.
    await edit("rich", sync="window:0 4 * * */1h/UTC")
    assert set((await goals(ctx)).values()) == {1}
    (rollout,) = await told(ctx)
    assert rollout.reason == "window-closed"
    assert rollout.until is not None
    assert (rollout.until.hour, rollout.until.minute) == (4, 0)
    clock.advance(3_600)
    await Rolling(ctx).step()
    assert set((await goals(ctx)).values()) == {2}


async def test_a_policy_that_becomes_automatic_lets_out_what_waits(
    ctx: Context, edit: Edit
) -> None:
    await edit("rich", sync="manual")
    await edit(sync="auto")
    assert set((await goals(ctx)).values()) == {2}


async def test_a_tag_and_a_policy_move_nobody_out_of_turn(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", waves=["1"])
    before = await goals(ctx)
    await revisions.tag(ctx, actor, "web", "stable", TagWish(revision=1))
    assert await goals(ctx) == before
    await edit(keep=5)
    assert await goals(ctx) == before
    await Placing(ctx).step()
    assert await goals(ctx) == before


async def test_paused_it_goes_on_where_it_was(ctx: Context, actor: Actor, edit: Edit) -> None:
    await edit("rich", waves=["1"])
    await commands.pause(ctx, actor, "web")
    await report(ctx, ["n1"])
    assert (await goals(ctx))["n2"] == 1
    assert await state(ctx) is EnvironmentState.PAUSED
    await commands.resume(ctx, actor, "web")
    assert set((await goals(ctx)).values()) == {2}


async def test_called_off_everything_is_as_before(ctx: Context, actor: Actor, edit: Edit) -> None:
    await edit("rich", waves=["3"])
    rollout = await commands.abort(ctx, actor, "web")
    assert rollout.phase is Phase.RETURNING
    assert set((await goals(ctx)).values()) == {1}
    shown = await queries.show_environment(ctx, "web")
    assert (shown.revision, shown.requirements) == (1, ["flask"])
    await report(ctx, NAMES)
    assert (await told(ctx))[0].phase is Phase.RETURNED
    await edit("attrs", waves=None)
    assert set((await goals(ctx)).values()) == {3}


async def test_who_is_away_holds_nobody_up_and_catches_up(ctx: Context, edit: Edit) -> None:
    await online(ctx, "n1", online=False)
    await edit("rich", waves=["1"])
    assert (await goals(ctx))["n1"] == 1
    assert (await goals(ctx))["n2"] == 2
    await report(ctx, ["n2"])
    assert set((await goals(ctx)).values()) == {2}
    (rollout,) = await told(ctx)
    assert rollout.behind == ["n1"]
    await report(ctx, NAMES[1:])
    assert (await told(ctx))[0].phase is Phase.DONE


async def test_a_second_edit_takes_over_and_the_story_stays(ctx: Context, edit: Edit) -> None:
    await edit("rich", waves=["1"])
    await edit("attrs")
    newest, first = await told(ctx)
    assert (first.revision, first.phase, first.steps[-1].revision) == (2, Phase.SUPERSEDED, 3)
    assert (newest.revision, newest.back) == (3, 1)
    # The node that had begun with the one before is the first to move on.
    assert await goals(ctx) == {"n1": 3, **dict.fromkeys(NAMES[1:], 1)}
    await report(ctx, ["n1"], ReplicaState.FAILED)
    assert set((await goals(ctx)).values()) == {1}


async def test_a_rollback_waits_for_no_wave(ctx: Context, actor: Actor, edit: Edit) -> None:
    await edit("rich", waves=["1"])
    await revisions.roll_back(ctx, actor, "web", RollbackWish(to="1"))
    assert set((await goals(ctx)).values()) == {1}
    (rollout,) = await told(ctx)
    assert rollout.phase is Phase.SUPERSEDED
    await Rolling(ctx).step()
    assert set((await goals(ctx)).values()) == {1}


async def test_a_node_that_comes_meanwhile_gets_what_the_others_have(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", waves=["1"])
    await add_node(ctx, "n7")
    placed = PlacementWish(nodes=[*NAMES, "n7"])
    await environments.edit(ctx, actor, "web", EnvironmentEdit(placement=placed))
    assert (await goals(ctx))["n7"] == 1
    await report(ctx, ["n1", "n7"])
    assert (await goals(ctx))["n7"] == 2


async def test_a_node_where_somebody_cancelled_it_is_left_alone(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", waves=["2"])
    async with ctx.db.read() as tx:
        row = await environment_rows.get(tx, "web")
        node = await nodes.get(tx, "n1")
        assert row is not None
        assert node is not None
        replica = await replicas.get(tx, row.id, node.id)
        assert replica is not None
        operation = await operation_rows.get(tx, replica.operation_id)
    assert operation is not None
    await operations.cancel(ctx, actor, operation.id)
    await report(ctx, ["n2"])
    found = await goals(ctx)
    assert found["n1"] is None  # held: what is live there stays
    assert found["n6"] == 2


async def test_a_deleted_environment_has_no_rollout_any_more(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", waves=["1"])
    await environments.delete(ctx, actor, "web")
    assert await Rolling(ctx).step() is False


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (commands.release, "rollout-none"),
        (commands.pause, "rollout-none"),
        (commands.resume, "rollout-none"),
        (commands.abort, "rollout-none"),
    ],
)
async def test_without_a_rollout_there_is_nothing_to_steer(
    ctx: Context, actor: Actor, web: str, action: Any, code: str
) -> None:
    with pytest.raises(Conflict) as caught:
        await action(ctx, actor, web)
    assert caught.value.code == code
    with pytest.raises(NotFound) as missing:
        await action(ctx, actor, "nowhere")
    assert missing.value.code == "environment-not-found"
    viewer = await add_actor(ctx, "eve", Role.VIEWER)
    with pytest.raises(Forbidden):
        await action(ctx, viewer, web)


async def test_what_makes_no_sense_now_is_refused_and_changes_nothing(
    ctx: Context, actor: Actor, edit: Edit
) -> None:
    await edit("rich", waves=["1"])
    before = await told(ctx)

    async def refused(action: Any) -> str:
        with pytest.raises(Conflict) as caught:
            await action(ctx, actor, "web")
        return caught.value.code

    assert await refused(commands.resume) == "rollout-running"
    assert await told(ctx) == before
    await commands.pause(ctx, actor, "web")
    assert await refused(commands.pause) == "rollout-paused"
    assert await refused(commands.release) == "rollout-paused"
    await commands.abort(ctx, actor, "web")
    assert await refused(commands.abort) == "rollout-going-back"
    assert await refused(commands.pause) == "rollout-going-back"


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"sync": "sometimes"}, "sync-invalid"),
        ({"sync": "window:0 2 30 2 */4h/UTC"}, "window-cron-invalid"),
        ({"sync": "window:0 2 * * */4h/Moon/Base"}, "window-zone-unknown"),
        ({"waves": ["0"]}, "wave-invalid"),
        ({"failures": "some"}, "failures-invalid"),
        ({"wave_pause": -1}, "wave-pause-out-of-range"),
    ],
)
async def test_a_policy_that_makes_no_sense_changes_nothing(
    ctx: Context, edit: Edit, policy: dict[str, Any], code: str
) -> None:
    before = await queries.show_environment(ctx, "web")
    with pytest.raises(InvalidInput) as caught:
        await edit("rich", **policy)
    assert caught.value.code == code
    assert await queries.show_environment(ctx, "web") == before
