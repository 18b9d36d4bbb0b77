"""Which environments an interpreter of a node is needed by."""

from collections.abc import Collection

from venvoy.controller.placements import interpreters
from venvoy.domain.errors import InvalidInput
from venvoy.domain.python import Interpreter, choose
from venvoy.domain.pythons import Pythons
from venvoy.store import environments, revisions
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import Heartbeat


async def needing(tx: Transaction, node: NodeRow, path: str) -> list[str]:
    """Return the names of environments that need an interpreter.

    Those with a prefix made by it, as the node last said, and those that are placed there
    and whose newest revision no other interpreter of the node would do for.

    Args:
        path: of the executable.
    """
    said = set(made_by(node).get(path, ()))
    others = [each for each in interpreters(node) if each.path != path]
    mine = [each for each in interpreters(node) if each.path == path]
    for environment in await environments.on_node(tx, node.id):
        if environment.deleted_at is not None or environment.revision is None:
            continue
        revision = await revisions.get(tx, environment.id, environment.revision)
        if revision is None:
            continue
        python = Pythons.of_spec(revision.spec).of(node.name, node.labels)
        if _fits(mine, python) and not _fits(others, python):
            said.add(environment.id)
    names = await environments.names(tx, said)
    return sorted(set(names.values()))


def made_by(node: NodeRow) -> dict[str, Collection[str]]:
    """Return the ids of environments with a prefix made by each interpreter, by its path."""
    if node.facts is None:
        return {}
    facts = Heartbeat.model_validate(node.facts)
    return {each.path: each.environments for each in facts.interpreters}


def _fits(found: Collection[Interpreter], python: str) -> bool:
    try:
        choose(found, python)
    except InvalidInput:
        return False
    return True
