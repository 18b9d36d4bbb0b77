"""What a prefix must show before tasks get it: the environment's own checks.

That its files are whole, `venvoy.agent.build` has seen; here its code is run, as what
is live will be: chosen modules are imported, then a command is run with the prefix
active. It is foreign code, and runs as such (`venvoy.agent.foreign`).
"""

import shutil
from dataclasses import dataclass

from venvoy.agent import foreign, system
from venvoy.agent.build import Builder, Witness
from venvoy.agent.causes import StepFailed
from venvoy.agent.foreign import Place
from venvoy.agent.journal import BuildRow
from venvoy.agent.prefix import python_of
from venvoy.agent.processes import Ended, tail
from venvoy.agent.rights import check_checks
from venvoy.agent.run import environment_in
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param, VenvoyError
from venvoy.wire.messages import DesiredDocument, ReplicaSettings

_IMPORTING = "importing "
_ALL = "all imported"
# Line by line, so that what crashes the interpreter is known by its last line.
_IMPORTER = f"""
import importlib, sys, traceback
for name in sys.argv[1:]:
    print({_IMPORTING!r} + name, flush=True)
    try:
        importlib.import_module(name)
    except BaseException:
        traceback.print_exc()
        sys.exit(1)
print({_ALL!r}, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Gate:
    """Runs an environment's checks on a prefix."""

    builder: Builder

    async def check(
        self, document: DesiredDocument, row: BuildRow, witness: Witness, *, after: bool = False
    ) -> None:
        """Return if the prefix passes.

        Args:
            document: with the checks.
            row: a whole prefix.
            witness: gets every line that the checks print.
            after: whether it is live already; the command is told.

        Raises:
            StepFailed: it does not pass, or may not be tried here.
            OSError: a process could not be started.
        """
        wanted = document.settings
        if not wanted.check_modules and not wanted.check_command:
            return
        user = self._user()
        with foreign.directory(user) as directory:
            told = self._environment(document, row, user, "after" if after else "before")
            place = Place(directory, told, user)
            if wanted.check_modules:
                await self._imports(place, row, wanted, witness)
            if wanted.check_command:
                await self._command(place, wanted.check_command, wanted.check_seconds, witness)

    async def _imports(
        self, place: Place, row: BuildRow, wanted: ReplicaSettings, witness: Witness
    ) -> None:
        modules, seconds = wanted.check_modules, wanted.check_seconds
        argv = (str(python_of(row.path)), "-I", "-B", "-c", _IMPORTER, *modules)
        ended = await foreign.run(self.builder, place, argv, seconds, witness)
        if not ended.stalled and ended.code == 0 and _ALL in ended.lines:
            return
        begun = {f"{_IMPORTING}{module}": module for module in modules}
        last = next((begun[each] for each in reversed(ended.lines) if each in begun), modules[0])
        if ended.stalled:
            raise _failed("check-import-timed-out", ended, module=last, seconds=round(seconds))
        raise _failed("check-import-failed", ended, module=last, exit_code=ended.code)

    async def _command(
        self, place: Place, argv: tuple[str, ...], seconds: float, witness: Witness
    ) -> None:
        program = shutil.which(argv[0], path=place.environment["PATH"])
        if program is None:
            raise _failed("check-command-missing", Ended(0, ()), program=argv[0])
        shown = " ".join(argv)
        witness.line(f"running {shown}")
        ended = await foreign.run(self.builder, place, (program, *argv[1:]), seconds, witness)
        if ended.stalled:
            raise _failed("check-command-timed-out", ended, command=shown, seconds=round(seconds))
        if ended.code != 0:
            raise _failed("check-command-failed", ended, command=shown, exit_code=ended.code)

    def _user(self) -> str | None:
        try:
            return check_checks(self.builder.access.found())
        except VenvoyError as error:
            cause = Cause(error.code, Step.CHECK, Hop.NODE, dict(error.params))
            raise StepFailed(cause) from error

    def _environment(
        self, document: DesiredDocument, row: BuildRow, user: str | None, when: str
    ) -> dict[str, str]:
        base = environment_in(row.path, self.builder.uv.environment)
        told = {
            "VENVOY_ENVIRONMENT": document.name,
            "VENVOY_REVISION": str(document.revision),
            "VENVOY_CHECK": when,
        }
        return {**base, **told, **(system.variables_of(user) if user else {})}


def _failed(code: str, ended: Ended, **params: Param) -> StepFailed:
    # The same code in the same surroundings: tried again it would end the same way.
    return StepFailed(Cause(code, Step.CHECK, Hop.PACKAGE, params, tail(ended.lines)))
