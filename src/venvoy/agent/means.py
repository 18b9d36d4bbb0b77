"""What the work on this node is done with: made once, shared by all queues."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from venvoy.agent.build import Builder
from venvoy.agent.collector import Collector
from venvoy.agent.compiler import Compiler
from venvoy.agent.drift import Drift
from venvoy.agent.journal import Journal
from venvoy.agent.logbook import Logbook
from venvoy.agent.pythons import Pythons
from venvoy.agent.reporter import Reporter
from venvoy.agent.switch import Switch
from venvoy.agent.turns import Turns
from venvoy.domain.backoff import Backoff


@dataclass(frozen=True, slots=True)
class Means:
    """What every queue of a node works with.

    Attributes:
        drift: reads whole prefixes.
        pythons: installs interpreters.
        turns: how many builds run at once.
        chance: uniformly random, 0 to 1.
        now: the time, UTC.
    """

    node: str
    journal: Journal
    builder: Builder
    switch: Switch
    collector: Collector
    compiler: Compiler
    drift: Drift
    reporter: Reporter
    logbook: Logbook
    pythons: Pythons
    turns: Turns
    now: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)
    chance: Callable[[], float] = field(default=random.random)
