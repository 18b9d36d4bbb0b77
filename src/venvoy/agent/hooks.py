"""What follows a switch: units are restarted, then a command is run.

Noted in the journal before the stable path is moved and dropped once the version is
settled, so that a kill in between leaves it to be done: at least once for a switch, and
not at all where nothing was switched. What cuts itself off again and again, as a unit
that the agent depends on, is given up. A hook that fails undoes nothing; it is told.
"""

import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial

from venvoy.agent import foreign, system
from venvoy.agent.build import Builder, Witness
from venvoy.agent.causes import cause_of_error
from venvoy.agent.foreign import Place
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.processes import Ended, tail
from venvoy.agent.rights import check_hooks, check_unit
from venvoy.agent.run import environment_in
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param, VenvoyError
from venvoy.wire.messages import DesiredDocument, ReplicaSettings

_KEY = "hooks:"
_MOST_TRIES = 3
Hook = Callable[[], Awaitable[Cause | None]]


@dataclass(frozen=True, slots=True)
class Due:
    """What is noted.

    Attributes:
        build: that the stable path is switched to.
        previous: the revision that was live before, None for none.
        tries: how often its hooks were begun.
    """

    build: str
    previous: int | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hooks of a node's environments."""

    builder: Builder

    @property
    def _journal(self) -> Journal:
        return self.builder.journal

    def expect(self, document: DesiredDocument, row: BuildRow) -> None:
        """Note that a build is about to become live, where hooks are to follow that."""
        environment = document.environment
        replica = self._journal.replica(environment)
        if not _wanted(document.settings) or (replica and replica.live == row.build.id):
            return
        previous = replica.live_revision if replica else None
        self._note(environment, Due(row.build.id, previous))

    def drop(self, environment: str) -> None:
        """Forget what was noted."""
        if self._journal.recall(_KEY + environment) is not None:
            self._journal.drop(_KEY + environment)

    def due(self, environment: str, build: str) -> Due | None:
        """Return what is noted of a switch to a build."""
        noted = self._journal.recall(_KEY + environment)
        due = None if noted is None else Due(**json.loads(noted))
        return due if due is not None and due.build == build else None

    async def run(
        self, document: DesiredDocument, row: BuildRow, revision: int, witness: Witness
    ) -> Cause | None:
        """Do what follows a switch; return why the first that failed did.

        Args:
            document: with the hooks.
            row: what is live now.
            revision: that it stands for.
            witness: gets every line that they print.
        """
        environment = document.environment
        due = self.due(environment, row.build.id)
        if due is None or not _wanted(document.settings):
            return None
        if due.tries >= _MOST_TRIES:
            return _failed("hook-cut-off", Ended(0, ()), tries=due.tries)
        self._note(environment, replace(due, tries=due.tries + 1))
        causes = [
            cause
            for hook in self._hooks(document, row, revision, due.previous, witness)
            if (cause := await _caught(hook)) is not None
        ]
        return causes[0] if causes else None

    def _hooks(
        self,
        document: DesiredDocument,
        row: BuildRow,
        revision: int,
        previous: int | None,
        witness: Witness,
    ) -> list[Hook]:
        settings = document.settings
        hooks: list[Hook] = [
            partial(self._restart, unit, settings.after_seconds, witness)
            for unit in settings.after_units
        ]
        if settings.after_command:
            told = {
                "VENVOY_ENVIRONMENT": document.name,
                "VENVOY_REVISION": str(revision),
                "VENVOY_PREVIOUS_REVISION": "" if previous is None else str(previous),
                "VENVOY_PREFIX": str(row.path),
            }
            hooks.append(partial(self._command, settings, row, told, witness))
        return hooks

    async def _restart(self, unit: str, seconds: float, witness: Witness) -> Cause | None:
        check_unit(self.builder.access.found(), unit)
        base = {**self.builder.uv.environment, **system.session_variables()}
        program = shutil.which("systemctl", path=base.get("PATH"))
        if program is None:
            return _failed("hook-systemctl-missing", Ended(0, ()), unit=unit)
        own = () if system.may_become_others() else ("--user",)
        argv = (program, *own, "--no-ask-password", "restart", "--", unit)
        witness.line(f"restarting {unit}")
        with foreign.directory(None) as directory:
            place = Place(directory, base, None)
            ended = await foreign.run(self.builder, place, argv, seconds, witness)
        if ended.stalled:
            return _failed("hook-unit-timed-out", ended, unit=unit, seconds=round(seconds))
        if ended.code != 0:
            return _failed("hook-unit-failed", ended, unit=unit, exit_code=ended.code)
        return None

    async def _command(
        self, settings: ReplicaSettings, row: BuildRow, told: dict[str, str], witness: Witness
    ) -> Cause | None:
        user, argv = check_hooks(self.builder.access.found()), settings.after_command
        base = environment_in(row.path, self.builder.uv.environment)
        named = system.variables_of(user) if user else {}
        program = shutil.which(argv[0], path=base["PATH"])
        if program is None:
            return _failed("hook-command-missing", Ended(0, ()), program=argv[0])
        shown, seconds = " ".join(argv), settings.after_seconds
        witness.line(f"running {shown}")
        with foreign.directory(user) as directory:
            place = Place(directory, {**base, **told, **named}, user)
            ended = await foreign.run(self.builder, place, (program, *argv[1:]), seconds, witness)
        if ended.stalled:
            return _failed("hook-command-timed-out", ended, command=shown, seconds=round(seconds))
        if ended.code != 0:
            return _failed("hook-command-failed", ended, command=shown, exit_code=ended.code)
        return None

    def _note(self, environment: str, due: Due) -> None:
        self._journal.remember(_KEY + environment, json.dumps(asdict(due)))


async def _caught(hook: Hook) -> Cause | None:
    """Return why a hook failed; whatever it raises is a cause and no reason to go back."""
    try:
        return await hook()
    except VenvoyError as error:
        return Cause(error.code, Step.HOOK, Hop.NODE, dict(error.params))
    except OSError as error:
        return cause_of_error(error, Step.HOOK)


def _wanted(settings: ReplicaSettings) -> bool:
    return bool(settings.after_units or settings.after_command)


def _failed(code: str, ended: Ended, **params: Param) -> Cause:
    return Cause(code, Step.HOOK, Hop.NODE, params, tail(ended.lines))
