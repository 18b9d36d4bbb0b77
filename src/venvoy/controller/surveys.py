"""Looks at virtual environments that people made by hand on nodes, to take them over.

What a node tells becomes a wish that an environment can be created with: each package at
the very version that is there. The directory itself stays as it is.
"""

import re
from dataclasses import dataclass

from venvoy.controller.context import Actor, Context
from venvoy.controller.node_commands import Ask
from venvoy.domain.adoption import Held, taken_over
from venvoy.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from venvoy.domain.printable import check_text
from venvoy.domain.role import Role, require
from venvoy.domain.state import NodeState
from venvoy.store import nodes
from venvoy.wire.surveys import Survey, SurveyCommand, SurveyLoss, SurveyReply, SurveyWish

_MINOR = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}(?=\.|$)", re.ASCII)
_SHOWN = 80
_REFUSED = frozenset(
    {
        "survey-forbidden",
        "survey-no-venv",
        "survey-not-there",
        "survey-own",
        "survey-path-invalid",
        "survey-too-large",
        "survey-unreadable",
    }
)


@dataclass(frozen=True, slots=True)
class Surveys:
    """Asks nodes.

    Attributes:
        ask: sends a command and returns what its node answers, None if it does not.
    """

    ctx: Context
    ask: Ask

    async def look(self, actor: Actor, name: str, wish: SurveyWish) -> Survey:
        """Return what a directory on a node holds.

        Raises:
            Forbidden: `role-too-low`.
            NotFound: `node-not-found`.
            InvalidInput: `text-control-characters`, or why the node would not tell:
                `survey-path-invalid`, `survey-not-there`, `survey-no-venv`,
                `survey-own`, `survey-forbidden`, `survey-too-large`,
                `survey-unreadable`.
            Conflict: `survey-empty`, where there is nothing that a lock can hold.
            Unavailable: `node-silent`, where it is offline or does not answer.
        """
        require(actor.role, Role.OPERATOR)
        path = check_text("path", wish.path)
        async with self.ctx.db.read() as tx:
            row = await nodes.get(tx, name)
        if row is None:
            raise NotFound("node-not-found", name=name[:_SHOWN])
        about = {"node": row.name, "path": path}
        reply = None
        if row.state is not NodeState.OFFLINE:
            reply = await self.ask(SurveyCommand(node=row.id, path=path), SurveyReply)
        if reply is None:
            raise Unavailable("node-silent", node=row.name)
        if reply.error:
            raise InvalidInput(
                reply.error if reply.error in _REFUSED else "survey-unreadable", **about
            )
        minor = _MINOR.match(reply.python)
        if minor is None:
            raise InvalidInput("survey-no-venv", **about)
        held = {each.name: Held(each.version, each.origin, changed=True) for each in reply.packages}
        requirements, lost = taken_over(held)
        if not requirements:
            raise Conflict("survey-empty", **about)
        return Survey(
            node=row.name,
            path=path,
            python=f"=={minor[0]}.*",
            requirements=list(requirements),
            lost=[
                SurveyLoss(package=each.package, version=each.version, reason=each.reason)
                for each in lost
            ],
        )
