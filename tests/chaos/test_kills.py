"""Kill -9 of anything at any moment, for as long as one likes (`make chaos`).

Each round edits an environment and kills one to three processes at random moments
after it. Then, without help, a revision must be ready and whole; the stable path
never led to anything else. Every few rounds all is stopped, and nothing may be left.
"""

import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from venvoy.domain.errors import VenvoyError
from venvoy.testing.chaos import Victim, Watchman, settled, strike
from venvoy.testing.damage import installed, lost_directories
from venvoy.testing.index import Behaviour, Fault, LocalIndex
from venvoy.testing.installation import Installation, serving, until
from venvoy.testing.node import seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.environments import EnvironmentEdit

NAME = "web"
POOL = tuple(f"part{number}" for number in range(8))
AUDIT_EVERY = 5
LONGEST_DELAY_S = 4.0


@pytest.mark.timeout(0)  # the option bounds it
def test_anything_may_be_killed_at_any_moment(
    tmp_path: Path, seed: int, pytestconfig: pytest.Config
) -> None:
    end = time.monotonic() + 60 * pytestconfig.getoption("--minutes")
    rounds: int = pytestconfig.getoption("--rounds")
    index = LocalIndex(Behaviour(metadata=True))
    index.add(*seeds(), make_wheel("alpha"))
    print(f"\nchaos: again with ARGS='--seed {seed}'")
    with serving(index):
        installation = Installation(tmp_path / "data", index.simple)
        chaos = Chaos(installation, index, random.Random(seed))
        try:
            chaos.begin()
            while time.monotonic() < end and not 0 < rounds <= chaos.rounds:
                chaos.round()
            chaos.audit()
        except BaseException:
            print(f"chaos: seed {seed}, round {chaos.rounds}: {chaos.plan}")
            raise
        finally:
            installation.kill()
    print(f"chaos: {chaos.rounds} rounds, {sum(chaos.kills.values())} kills {chaos.kills}")
    assert chaos.rounds > 0


@dataclass(slots=True)
class Chaos:
    """One run: an installation with one environment, and what is done to it."""

    installation: Installation
    index: LocalIndex
    chance: random.Random
    rounds: int = 0
    plan: str = ""
    kills: dict[str, int] = field(default_factory=lambda: {each.value: 0 for each in Victim})

    def begin(self) -> None:
        """Make the environment."""
        for part in POOL:
            self._publish(part, 1)
        self.installation.up()
        self.installation.cli("env", "create", NAME, "-p", "alpha", "--wait")

    def round(self) -> None:
        """Edit, kill, and see that all is well again."""
        self.rounds += 1
        change = self._change()
        victims = self.chance.choices(list(Victim), k=self.chance.choice((1, 1, 2, 3)))
        delays = [self._delay() for _ in victims]
        slow = self.chance.random() < 0.5
        strikes = zip(victims, delays, strict=True)
        self.plan = f"add {change.add} drop {change.drop} slow={slow}, kill " + ", ".join(
            f"{victim} after {delay:.3f} s" for victim, delay in strikes
        )
        print(f"chaos: {self.rounds}: {self.plan}", flush=True)
        self.index.faults[:] = [Fault("*.whl", pace=150_000)] if slow else []
        with Watchman(self.installation.stable(NAME)):
            editing = threading.Thread(target=self._edit, args=(change,))
            editing.start()
            for victim, delay in zip(victims, delays, strict=True):
                time.sleep(delay)
                self.kills[victim.value] += strike(self.installation, victim)
            self.index.faults.clear()
            editing.join(120)
            assert not editing.is_alive()
            settled(self.installation, NAME, self._revision())
        self._compare()
        if self.rounds % AUDIT_EVERY == 0:
            self.audit()
            self.installation.up()

    def audit(self) -> None:
        """Stop; nothing may be left behind."""
        assert self.installation.stop() == 0
        assert self.installation.leftovers() == []
        assert lost_directories(self.installation) == []

    def _delay(self) -> float:
        """Seconds; short ones more often, for most steps are short."""
        return float(LONGEST_DELAY_S * self.chance.random() ** 3)

    def _change(self) -> EnvironmentEdit:
        present = {line for line in self._requirements() if line in POOL}
        absent = [part for part in POOL if part not in present]
        if present and (not absent or self.chance.random() < 0.4):
            return EnvironmentEdit(drop=[self.chance.choice(sorted(present))])
        part = self.chance.choice(absent)
        self._publish(part, self.rounds)
        return EnvironmentEdit(add=[part])

    def _publish(self, part: str, version: int) -> None:
        """Offer a version that no cache has yet."""
        self.index.add(make_wheel(part, f"{version}.0", payload=100_000, modules=400))

    def _edit(self, change: EnvironmentEdit) -> None:
        """Ask for the edit; whoever loses the connection does not know what became of it."""
        with suppress(VenvoyError), self.installation.client() as client:
            client.edit_environment(NAME, change, version=client.environment(NAME).version)

    def _requirements(self) -> list[str]:
        with self.installation.client() as client:
            return client.environment(NAME).requirements

    def _revision(self) -> int:
        """The newest revision, once no resolution is under way any more."""
        with self.installation.client() as client:

            def resolved() -> bool:
                with suppress(VenvoyError):
                    works = client.operations(environment=NAME, kind="resolve")
                    return all(work.state.ended for work in works)
                return False

            until(resolved, seconds=90, what="no resolution is left hanging")
            return client.environment(NAME).revision or 0

    def _compare(self) -> None:
        """What is on the disk is what the newest revision says."""
        with self.installation.client() as client:
            number = client.environment(NAME).revision or 0
            packages = client.revision(NAME, number).packages
        assert installed(self.installation.live(NAME)) == {
            package.name: package.version for package in packages
        }
