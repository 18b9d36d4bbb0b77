"""Where an environment goes, and which Python it gets there.

An environment is placed on the node `local`. Nodes report their interpreters; a
node that has just started may not have, so the first answer is waited for.
"""

import asyncio

from venvoy.controller.context import Context
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.domain.platform import Platform
from venvoy.domain.python import Interpreter, choose, same_minor
from venvoy.domain.wheel import Target
from venvoy.store import nodes
from venvoy.store.nodes import NodeRow
from venvoy.wire.messages import Heartbeat

LOCAL = "local"
_FACTS_SECONDS = 20.0
_LOOK_SECONDS = 0.5


async def default_nodes(ctx: Context) -> list[NodeRow]:
    """Return the nodes for an environment that names none, with their facts.

    Raises:
        InvalidInput: `placement-required`, when this controller has no `local`, or as
            `with_facts`.
        Unavailable: `node-facts-missing`, when it has not said what it has.
    """
    async with ctx.db.read() as tx:
        found = await nodes.get(tx, LOCAL)
    if found is None:
        raise InvalidInput("placement-required")
    return await with_facts(ctx, [found])


async def with_facts(ctx: Context, placed: list[NodeRow]) -> list[NodeRow]:
    """Return the nodes once each has reported; waits at most 20 seconds.

    Raises:
        InvalidInput: `node-platform-unknown`, for a node that no lock can hold for.
        Unavailable: `node-facts-missing`, with the names of those that have not.
    """
    wake, wanted = ctx.wakes.changed, [node.id for node in placed]
    deadline = asyncio.get_running_loop().time() + _FACTS_SECONDS
    while missing := [node.name for node in placed if node.facts is None]:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            raise Unavailable("node-facts-missing", nodes=missing)
        await wake.wait(wake.count, min(left, _LOOK_SECONDS))
        async with ctx.db.read() as tx:
            known = await nodes.by_ids(tx, wanted)
        placed = [known[node_id] for node_id in wanted]
    for node in placed:
        platform = Heartbeat.model_validate(node.facts).platform
        if platform not in set(Platform):
            raise InvalidInput("node-platform-unknown", node=node.name, platform=platform)
    return placed


def choose_python(placed: list[NodeRow], wish: str | None, before: str | None = None) -> str:
    """Return the specifier set that a revision is made for.

    Args:
        placed: the nodes, with facts.
        wish: the specifier set that was asked for, None to leave it to Venvoy.
        before: the specifier set of the revision before, kept while it can be.

    Raises:
        InvalidInput: `python-not-found`, with what the nodes have.
    """
    there = [interpreter for node in placed for interpreter in interpreters(node)]
    if wish is not None:
        choose(there, wish)
        return wish
    if before is not None:
        try:
            choose(there, before)
        except InvalidInput:
            return same_minor(choose(there))
        return before
    return same_minor(choose(there))


def targets(placed: list[NodeRow], python: str) -> tuple[Target, ...]:
    """Return the machines that a lock must satisfy: each node with its interpreter.

    Args:
        placed: the nodes; one that never reported or has no such Python is left out.
        python: the specifier set that the revision is made for.
    """
    found = set()
    for node in placed:
        if node.facts is None:
            continue
        try:
            version = choose(interpreters(node), python).version
        except InvalidInput:
            continue
        found.add(Target(Platform(Heartbeat.model_validate(node.facts).platform), version))
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
