"""Who asks for the packages of a revision.

A lock does not keep that: it is read from the metadata of the locked wheels. The
resolution has left most of it with the controller; what is not there is asked of the
index for a moment only, so that an index that is away delays an answer but does not
prevent it.
"""

import asyncio

from venvoy.controller import placements, preflight_view
from venvoy.controller.context import Context, ResolveRequest
from venvoy.controller.knowledge import Known, gather_soon
from venvoy.controller.plan_view import demand
from venvoy.controller.views import Demands
from venvoy.domain.lock import Lock
from venvoy.domain.pythons import Pythons
from venvoy.domain.spec import Spec
from venvoy.store.nodes import NodeRow

LIMIT_S = 2.0
"""How long metadata is waited for; what is kept here takes some milliseconds."""


async def of_revision(ctx: Context, spec: Spec, lock: Lock, placed: list[NodeRow]) -> Demands:
    """Return who asks for each package, on any machine that the lock may hold for.

    A package that nobody is known to ask for is left out.

    Args:
        placed: the nodes of the environment.
    """
    known = await gather_soon(ctx.catalogue, lock, LIMIT_S)
    return await asyncio.to_thread(_demands, spec, lock, placed, known)


def _demands(spec: Spec, lock: Lock, placed: list[NodeRow], known: Known) -> Demands:
    # A lock may hold packages for platforms that neither a node nor the spec names.
    anywhere = Spec(spec.requirements, spec.python)
    targets = placements.targets(placed, Pythons(spec.python))
    columns = preflight_view.columns(
        placed, ResolveRequest(anywhere, targets=targets), Pythons(spec.python)
    )
    found = known.demands_by_package(
        spec.requirements, lock, [column.machine for column in columns]
    )
    return {name: [demand(edge) for edge in edges] for name, edges in found.items()}
