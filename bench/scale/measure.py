"""What a large fleet is asked: how soon it hears, what lists cost, how storms pass.

Seconds of processor are of the controller's process alone. The simulated agents share
the machine with it, and one process of Python plays them all, so the seconds that pass
hold its work too: a thousand builds that begin at once begin one after the other there.
"""

import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from statistics import quantiles
from typing import Any

import httpx

from bench.scale.fleet import Fleet, until
from venvoy.client import Client
from venvoy.domain.state import EnvironmentState
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PlacementWish

_LISTS = (
    "environments?limit=50",
    "environments?limit=50&state=ready&search=env",
    "nodes?limit=50",
    "nodes?limit=50&label=bench%3Dyes&state=online",
    "operations?limit=50",
)
_REST_S = 10.0
_VERSIONS = 30
_AT_ONCE = 8

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What something took.

    Attributes:
        seconds: that passed.
        cpu: seconds of processor that the controller used.
    """

    seconds: float
    cpu: float


@dataclass(slots=True)
class Scale:
    """What was measured of one size of fleet.

    Attributes:
        connected: from the last join until all nodes were online.
        created: from the first request until all environments were ready everywhere.
        first, median, p99, last: seconds from a revision's release until nodes began.
        alone: the median and the 99th percentile of the same, of releases to one node.
        lists: of each list, the 50th and 95th percentile in seconds.
        rest: share of a processor that the controller uses with nothing to do.
        memory: of the controller, in bytes.
        nats_killed, controller_killed, nats_lost: from the kill until all nodes began
            what was asked for then; with the last, NATS' store was gone too.
        load: what the machine had to do on average in the last minute, at the end.
    """

    nodes: int
    environments: int
    connected: Cost | None = None
    created: Cost | None = None
    first: float = 0.0
    median: float = 0.0
    p99: float = 0.0
    last: float = 0.0
    alone: tuple[float, float] = (0.0, 0.0)
    lists: dict[str, tuple[float, float]] = field(default_factory=dict)
    rest: float = 0.0
    memory: int = 0
    nats_killed: Cost | None = None
    controller_killed: Cost | None = None
    nats_lost: Cost | None = None
    load: float = 0.0

    def document(self) -> dict[str, Any]:
        """Return it for the results, in figures that mean something."""
        document: dict[str, Any] = _rounded(asdict(self))
        return document


def measure(
    fleet: Fleet,
    environments: int,
    releases: int,
    alone: int,
    say: Say,
    *,
    within_s: float = math.inf,
    storms: bool = True,
) -> Scale:
    """Measure one fleet.

    Args:
        environments: at most, as far as `within_s` lets them be made.
        releases: to all nodes.
        alone: releases to one node.
        within_s: seconds after which no further environment is made.
        storms: whether servers are killed too, which takes the longest.
    """
    found = Scale(fleet.nodes, environments)
    say(f"{fleet.nodes} nodes connect")
    found.connected = _cost(fleet, lambda: until(lambda: _online(fleet), "all nodes are online"))
    say(f"{environments} environments go to {fleet.nodes} nodes")
    made: list[str] = []
    found.created = _cost(fleet, lambda: _create(fleet, environments, within_s, made))
    found.environments = len(made)
    say(f"{len(made)} are ready")
    say(f"{releases} releases")
    _releases(fleet, found, releases)
    say(f"{alone} releases to one node")
    found.alone = _alone(fleet, alone)
    say("lists")
    found.lists = {path: _list(fleet, path) for path in _LISTS}
    found.rest = _rest(fleet)
    found.memory = fleet.memory()
    if storms:
        _storms(fleet, found, say)
    found.load = os.getloadavg()[0]
    return found


def _storms(fleet: Fleet, found: Scale, say: Say) -> None:
    say("nats-server is killed")
    found.nats_killed = _cost(fleet, lambda: _nats_killed(fleet))
    say("the controller is killed")
    found.controller_killed = _controller_killed(fleet, lose_nats=False)
    say("the controller is killed, and NATS' store lost")
    found.nats_lost = _controller_killed(fleet, lose_nats=True)


def _online(fleet: Fleet) -> bool:
    return fleet.online() == fleet.nodes


def _create(fleet: Fleet, environments: int, within_s: float, made: list[str]) -> None:
    """Make environments, a few of them at once, and wait until they are ready everywhere."""
    begin = time.perf_counter()
    with fleet.controller.client() as client:
        for number in range(environments):
            if len(made) >= _AT_ONCE:
                until(partial(_ready, client, made[-_AT_ONCE]), "an environment is ready")
            if time.perf_counter() - begin > within_s:
                break
            name, everywhere = f"env-{number:03d}", PlacementWish(select={"bench": "yes"})
            client.create_environment(_wish(name, everywhere))
            made.append(name)
        until(lambda: fleet.ready(client), "all environments are ready")


def _wish(name: str, placement: PlacementWish) -> EnvironmentCreate:
    return EnvironmentCreate(
        name=name, requirements="alpha\nmoving==1.0", python="3.12", placement=placement
    )


def _releases(fleet: Fleet, found: Scale, releases: int) -> None:
    waits: list[float] = []
    with fleet.controller.client() as client:
        for _ in range(releases):
            waits += _release(fleet, client)
            until(lambda: fleet.ready(client), "the release is ready")
    waits.sort()
    cuts = quantiles(waits, n=100, method="inclusive")
    found.first, found.median, found.p99, found.last = waits[0], cuts[49], cuts[98], waits[-1]


def _alone(fleet: Fleet, releases: int) -> tuple[float, float]:
    """Release to one node again and again while all others are connected."""
    name, waits = "alone", []
    with fleet.controller.client() as client:
        node = next(client.nodes(label="bench=yes")).name
        client.create_environment(_wish(name, PlacementWish(nodes=[node])))
        until(lambda: _ready(client, name), "the environment is ready")
        for _ in range(releases):
            waits += _release(fleet, client, name, 1)
    cuts = quantiles(waits, n=100, method="inclusive")
    return cuts[49], cuts[98]


def _ready(client: Client, name: str) -> bool:
    # By the list, which counts replicas, and shows none of a thousand.
    return any(
        each.name == name and each.state is EnvironmentState.READY
        for each in client.environments(search=name)
    )


def _release(
    fleet: Fleet, client: Client, name: str = "env-000", nodes: int | None = None
) -> list[float]:
    """Change an environment; return each node's seconds from the revision's time.

    Args:
        nodes: on how many the environment is; None for all.
    """
    environment, since = client.environment(name), fleet.mark()
    number = (environment.revision or 0) + 1
    change = EnvironmentEdit(add=[f"moving=={(number - 1) % _VERSIONS + 1}.0"])
    client.edit_environment(name, change, version=environment.version)
    until(
        lambda: len(fleet.begun(environment.id, number, since)) == (nodes or fleet.nodes),
        "every node has begun it",
    )
    released = client.revision(name, number).created_at.timestamp()
    return [at - released for at in fleet.begun(environment.id, number, since).values()]


def _list(fleet: Fleet, path: str, runs: int = 60) -> tuple[float, float]:
    access = fleet.controller.access()
    headers = {"Authorization": f"Bearer {access['token']}"}
    took = []
    with httpx.Client(headers=headers, trust_env=False, timeout=60) as http:
        for _ in range(runs):
            begin = time.perf_counter()
            http.get(f"{access['url']}/api/v1/{path}").raise_for_status()
            took.append(time.perf_counter() - begin)
    cuts = quantiles(took, n=20, method="inclusive")
    return cuts[9], cuts[18]


def _rest(fleet: Fleet) -> float:
    before = fleet.cpu()
    time.sleep(_REST_S)
    return (fleet.cpu() - before) / _REST_S


def _nats_killed(fleet: Fleet) -> None:
    fleet.controller.kill_child("nats-server")
    with fleet.controller.client() as client:
        _release(fleet, client)
        until(lambda: fleet.ready(client), "the release is ready")


def _controller_killed(fleet: Fleet, *, lose_nats: bool) -> Cost:
    fleet.kill(lose_nats=lose_nats)
    begin = time.perf_counter()
    fleet.controller.up()
    with fleet.controller.client() as client:
        _release(fleet, client)
        until(lambda: fleet.ready(client), "the release is ready")
    return Cost(time.perf_counter() - begin, fleet.cpu())


def _cost(fleet: Fleet, work: Callable[[], object]) -> Cost:
    before, begin = fleet.cpu(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - begin, fleet.cpu() - before)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value
