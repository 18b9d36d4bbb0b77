"""The machines that an environment is made for, and which Python it gets there.

Nodes report their platforms and interpreters; one that has just started may not have, so
the first answer is waited for. Where an environment goes is decided in
`venvoy.domain.placement` and carried out by `venvoy.controller.placing`.
"""

import asyncio

from venvoy.controller.context import Context
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.domain.placement import LOCAL, Decision, Wish, decide
from venvoy.domain.platform import Platform
from venvoy.domain.python import Interpreter, choose, common
from venvoy.domain.pythons import Pythons
from venvoy.domain.wheel import Target
from venvoy.store import nodes
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import Heartbeat

_FACTS_SECONDS = 20.0
_LOOK_SECONDS = 0.5


async def matching(tx: Transaction, wish: Wish) -> tuple[Decision, list[NodeRow]]:
    """Return the nodes that a wish is for, cordoned ones too, by id.

    A cordon is lifted one day: what is locked for a node holds for it then.

    Raises:
        InvalidInput: `placement-required`, when there is no `local` to default to, or
            `placement-node-unknown`, with the names that no node has.
    """
    fleet = await nodes.candidates(tx)
    decision = decide(wish, fleet, {each.id for each in fleet})
    if decision.missing == (LOCAL,) and wish.default:
        raise InvalidInput("placement-required")
    if decision.missing:
        raise InvalidInput("placement-node-unknown", nodes=list(decision.missing))
    found = await nodes.by_ids(tx, decision.placed)
    return decision, [found[node_id] for node_id in sorted(found)]


async def nodes_for(ctx: Context, wish: Wish) -> list[NodeRow]:
    """Return the nodes that a wish is for, as `matching` and `with_facts` do."""
    async with ctx.db.read() as tx:
        _, found = await matching(tx, wish)
    return await with_facts(ctx, found)


async def with_facts(ctx: Context, placed: list[NodeRow]) -> list[NodeRow]:
    """Return the nodes once at least one has reported; waits at most 20 seconds.

    One that has not, or that no lock can hold for, waits for the environment by itself.

    Raises:
        InvalidInput: `node-platform-unknown`, where no lock can hold for any of them.
        Unavailable: `node-facts-missing`, with the names, where none has reported.
    """
    wake, wanted = ctx.wakes.changed, [node.id for node in placed]
    deadline = asyncio.get_running_loop().time() + _FACTS_SECONDS
    while placed and all(node.facts is None for node in placed):
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            names = sorted(node.name for node in placed)
            raise Unavailable("node-facts-missing", nodes=names)
        await wake.wait(wake.count, min(left, _LOOK_SECONDS))
        async with ctx.db.read() as tx:
            known = await nodes.by_ids(tx, wanted)
        placed = [known[node_id] for node_id in wanted]
    reported = [node for node in placed if node.facts is not None]
    strange = [node for node in reported if _platform(node) is None]
    if strange and len(strange) == len(reported):
        platform = str((strange[0].facts or {}).get("platform"))
        raise InvalidInput("node-platform-unknown", node=strange[0].name, platform=platform)
    return placed


def _platform(node: NodeRow) -> Platform | None:
    name = str((node.facts or {}).get("platform"))
    return Platform(name) if name in set(Platform) else None


def choose_python(placed: list[NodeRow], wish: str | None, before: str | None = None) -> str:
    """Return the specifier set that a revision is made for.

    Where it is left to Venvoy, the minor version that most of the nodes have, the
    newest of several.

    Args:
        placed: the nodes; those that have not reported have no say.
        wish: the specifier set that was asked for, None to leave it to Venvoy.
        before: the specifier set of the revision before, kept while any node has it.

    Raises:
        InvalidInput: `python-not-found`, with what the nodes have, or
            `placement-python-needed`, where there is no node to ask.
    """
    machines = [interpreters(node) for node in placed if _platform(node) is not None]
    there = [interpreter for machine in machines for interpreter in machine]
    if not machines:
        if wish is None and before is None:
            raise InvalidInput("placement-python-needed")
        return str(wish or before)
    if wish is not None:
        choose(there, wish)
        return wish
    if before is not None:
        try:
            choose(there, before)
        except InvalidInput:
            return common(machines)
        return before
    return common(machines)


def targets(placed: list[NodeRow], pythons: Pythons) -> tuple[Target, ...]:
    """Return the machines that a lock must satisfy: each node with its interpreter.

    Args:
        placed: the nodes; one that never reported or has no such Python is left out.
        pythons: of the revision.
    """
    found = set()
    for node in placed:
        platform = _platform(node)
        if platform is None:
            continue
        try:
            version = choose(interpreters(node), pythons.of(node.name, node.labels)).version
        except InvalidInput:
            continue
        found.add(Target(platform, version))
    return tuple(sorted(found))


def interpreters(node: NodeRow) -> list[Interpreter]:
    """Return what a node said that it has."""
    if node.facts is None:
        return []
    return [
        Interpreter(
            version=fact.version,
            path=fact.path,
            implementation=fact.implementation,
            variant="freethreaded" if fact.free_threaded else "default",
        )
        for fact in Heartbeat.model_validate(node.facts).interpreters
    ]
