"""What the routes work with, made once by `create_app` and found on the application.

Nothing here outlives the process but what the controller keeps; routes get it as a
dependency, so that no module holds state.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from venvoy.api.throttle import Throttle
from venvoy.controller.context import Context
from venvoy.controller.main import Controller
from venvoy.controller.passwords import Passwords
from venvoy.controller.signin import LastUsed


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one running API.

    Attributes:
        controller: commands' context, logs, events, credentials, readiness.
        passwords: hashing, off the event loop.
        throttle: failed sign-ins.
        used: last uses of sessions and tokens, written now and then.
        stopping: set when the process is about to end; open streams end then.
    """

    controller: Controller
    passwords: Passwords
    throttle: Throttle = field(default_factory=Throttle)
    used: LastUsed = field(default_factory=LastUsed)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ctx(self) -> Context:
        """The context of commands and queries."""
        return self.controller.context


def parts_of(request: Request) -> Parts:
    """Return the parts of the application that a request came to."""
    return cast("Parts", request.app.state.parts)


Has = Annotated[Parts, Depends(parts_of)]
