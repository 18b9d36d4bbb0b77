"""Which run of this machine's agent this is, so that a copy of the machine is noticed.

The name of a run is random and made at its start. The names that the controller has
let act are kept beside the key, and so are those that it was never told of: a copy of
the directory takes along what its original was called, never what it will be.
"""

import platform
import uuid
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from venvoy.agent import log
from venvoy.agent.prefix import Layout
from venvoy.bus.files import write_private
from venvoy.domain.errors import VenvoyError
from venvoy.wire.messages import Identifier
from venvoy.wire.tenure import TenureClaim

RUNS_FILE = "runs.json"
_ACCEPTED = 8
_TRIED = 32


class Runs(BaseModel):
    """What the file says.

    Attributes:
        accepted: runs that acted as the node, newest first.
        tried: later ones that asked and were not heard of.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    accepted: tuple[Identifier, ...] = ()
    tried: tuple[Identifier, ...] = ()


@dataclass(slots=True)
class Tenure:
    """This run, and those before it.

    Args:
        layout: of the data directory.
        instance: the name of this run.
    """

    layout: Layout
    instance: str = field(default_factory=lambda: str(uuid.uuid4()))
    _before: Runs = field(default_factory=Runs)
    _asked: bool = False
    _kept: bool = False

    def claim(self) -> TenureClaim:
        """Return what to ask the controller; blocks a moment the first time."""
        if not self._asked:
            self._before = _read(self.layout)
            tried = (self.instance, *self._before.tried)[:_TRIED]
            self._write(self._before.model_copy(update={"tried": tried}))
            self._asked = True
        return TenureClaim(
            instance=self.instance,
            lineage=self._before.tried + self._before.accepted,
            hostname=platform.node(),
        )

    def accepted(self) -> None:
        """Keep that the controller lets this run act."""
        if not self._kept:
            self._kept = self._write(
                Runs(accepted=(self.instance, *self._before.accepted)[:_ACCEPTED])
            )

    def _write(self, runs: Runs) -> bool:
        try:
            write_private(self.layout.identity / RUNS_FILE, runs.model_dump_json().encode())
        except VenvoyError as error:
            # A later start counts as a stranger's then, and waits until this run is silent.
            log.warning("run-not-kept", error=str(error))
            return False
        return True


def _read(layout: Layout) -> Runs:
    try:
        return Runs.model_validate_json((layout.identity / RUNS_FILE).read_bytes())
    except (OSError, ValidationError):
        return Runs()
