"""What is told of observations: on change, until it is heard, whole only where it lacks."""

import pytest

from venvoy.agent.observer import Observer
from venvoy.domain.drift import Observation, Package
from venvoy.domain.errors import Unavailable
from venvoy.wire.observations import ObservedReply, ObservedRequest

ENV = "0190b6c0-0000-7000-8000-000000000002"
SIX = Observation((Package("six", "1.16.0", "uv"),))
NEW = Observation((Package("six", "1.17.0", "pip"),))


class Controller:
    """Keeps digests as the controller does, and may be deaf."""

    def __init__(self) -> None:
        self.asked: list[ObservedRequest] = []
        self.kept: dict[str, str] = {}
        self.deaf = False

    async def ask(self, request: ObservedRequest) -> ObservedReply:
        self.asked.append(request)
        if self.deaf:
            raise Unavailable("bus-disconnected", reason="test")
        if request.told is not None:
            self.kept[request.told.environment] = request.told.digest()
        lacking = (o for o in request.offers if self.kept.get(o.environment) != o.digest)
        return ObservedReply(wanted=tuple(offer.environment for offer in lacking))


async def test_it_is_told_once_and_then_only_when_it_changes() -> None:
    controller = Controller()
    observer = Observer(controller.ask)
    observer.saw(ENV, 1, SIX)
    await observer.flush()
    observer.saw(ENV, 1, SIX)
    await observer.flush()
    assert [bool(each.told) for each in controller.asked] == [False, True]
    observer.saw(ENV, 1, NEW)
    await observer.flush()
    told = controller.asked[-1].told
    assert told is not None
    assert told.packages[0].version == "1.17.0"


async def test_what_was_not_heard_is_told_again() -> None:
    controller = Controller()
    observer = Observer(controller.ask)
    observer.saw(ENV, 1, SIX)
    controller.deaf = True
    with pytest.raises(Unavailable):
        await observer.flush()
    controller.deaf = False
    await observer.flush()
    assert ENV in controller.kept


async def test_a_new_connection_costs_a_digest_unless_the_controller_forgot() -> None:
    controller = Controller()
    observer = Observer(controller.ask)
    observer.saw(ENV, 1, SIX)
    await observer.flush()
    before = len(controller.asked)
    observer.repeat()
    await observer.flush()
    assert [each.told for each in controller.asked[before:]] == [None]
    controller.kept.clear()
    observer.repeat()
    await observer.flush()
    assert ENV in controller.kept


async def test_what_is_gone_is_not_told() -> None:
    controller = Controller()
    observer = Observer(controller.ask)
    observer.saw(ENV, 1, SIX)
    observer.keep(set())
    await observer.flush()
    assert controller.asked == []


async def test_numbers_rise_also_when_the_clock_stands_still() -> None:
    controller = Controller()
    observer = Observer(controller.ask, now=lambda: 5.0)
    for seen in (SIX, NEW):
        observer.saw(ENV, 1, seen)
        await observer.flush()
    first, second = (each.told for each in controller.asked if each.told)
    assert second.sequence > first.sequence
