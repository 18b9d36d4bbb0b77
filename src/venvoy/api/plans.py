"""Plans and preflights: what a change would do, before anything is done.

Both need an operator, although they change nothing: they make the controller resolve,
ask its indexes and fetch what a requirement by URL names. A plan that is there may be
read by everybody.
"""

from fastapi import APIRouter

from venvoy.api.asking import Call, Called
from venvoy.api.auth import Operator, Viewer
from venvoy.api.impatience import while_connected
from venvoy.api.problems import OperationFailed
from venvoy.controller import adoptions, plans, preflights, views
from venvoy.controller.resolver import ResolveFailed
from venvoy.wire.messages import CauseMessage
from venvoy.wire.plans import AdoptionWish, EnvironmentPlan, Plan, Preflight, PreflightWish

router = APIRouter(tags=["plans"])


@router.post("/environments/{name}/plan", operation_id="plan_environment")
async def plan_environment(name: str, call: Called, who: Operator, wish: EnvironmentPlan) -> Plan:
    """Say what an edit or an upgrade would do on each node, and keep that for a day.

    The answer's `id` as `plan` of an edit makes exactly that, `base_version` being the
    version for `If-Match`.
    """
    work = plans.plan(call.ctx, who.actor, name, wish)
    try:
        return await while_connected(call.request, work)
    except ResolveFailed as error:
        raise _told(call, error, name) from error


@router.post("/environments/{name}/adoption", operation_id="plan_adoption")
async def plan_adoption(name: str, call: Called, who: Operator, wish: AdoptionWish) -> Plan:
    """Say what adopting the hand-work on a node would do, and keep that for a day.

    The answer is a plan as of an edit, with what no lock can hold; an edit with its `id`
    makes it.
    """
    work = adoptions.plan(call.ctx, who.actor, name, wish)
    try:
        return await while_connected(call.request, work)
    except ResolveFailed as error:
        raise _told(call, error, name) from error


@router.get("/environments/{name}/plans/{plan}", operation_id="show_plan")
async def show_plan(name: str, plan: str, call: Called, _: Viewer) -> Plan:
    """Show a plan as it was made."""
    return await plans.show(call.ctx, name, plan)


@router.post("/preflight", operation_id="preflight")
async def preflight(call: Called, who: Operator, wish: PreflightWish) -> Preflight:
    """Say what a requirements text needs and where it fits; nothing is kept.

    What cannot be resolved is an answer, too: then `cause` says why, and `lines` which
    of the lines take part.
    """
    work = preflights.preflight(call.ctx, who.actor, wish, language=call.language)
    try:
        return await while_connected(call.request, work)
    except ResolveFailed as error:
        raise _told(call, error, "preflight") from error


def _told(call: Call, error: ResolveFailed, name: str) -> OperationFailed:
    document = CauseMessage.of(error.cause).model_dump(mode="json")
    return OperationFailed("plan-failed", views.cause(document, call.language), name=name)
