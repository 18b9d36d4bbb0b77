"""The end of a node: its identity goes, and its data unless they are to stay.

Begun is finished: the signed tombstone is kept first, so that an agent that was killed
half-way goes on at its next start, and never works for a fleet that it does not belong
to. What a process still uses is left where it is; nobody will look after it.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from venvoy.agent import log
from venvoy.agent.prefix import Layout, clear_leftovers, discard
from venvoy.agent.system import Pointers, remove_tree
from venvoy.agent.system.links import Links
from venvoy.agent.tenure import RUNS_FILE
from venvoy.agent.usage import prefixes_in_use
from venvoy.bus.files import make_private_directory, write_private
from venvoy.bus.nodekey import MEMBERSHIP_FILE, SEED_FILE
from venvoy.domain.errors import Conflict, Unauthenticated
from venvoy.wire.joining import NodeTombstone

REMOVED_FILE = "removed.json"


class Departed(BaseModel):
    """What stays of a membership.

    Attributes:
        url: of the controller.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str
    tombstone: NodeTombstone


class AgentRemoved(Unauthenticated):
    """This node was removed from its fleet; no retry will change that."""

    def __init__(self, departed: Departed) -> None:
        tombstone = departed.tombstone
        at = f"{tombstone.removed_at:%Y-%m-%d %H:%M} UTC"
        super().__init__("agent-removed", name=tombstone.name, url=departed.url, at=at)
        self.departed = departed


def begun(layout: Layout) -> Departed | None:
    """Return the departure that was begun on this machine, if there is one."""
    try:
        return Departed.model_validate_json((layout.identity / REMOVED_FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def depart(layout: Layout, departed: Departed, links: Links | None = None) -> list[Path]:
    """Carry a removal out on this machine; blocks. The caller holds the directory.

    Returns:
        Prefixes that processes still use, which stay.

    Raises:
        Unavailable: the directory cannot be written.
    """
    make_private_directory(layout.identity)
    write_private(layout.identity / REMOVED_FILE, departed.model_dump_json().encode())
    left = [] if departed.tombstone.keep_data else _delete_data(layout, links or Pointers())
    journal = layout.journal
    for path in (
        layout.identity / SEED_FILE,
        layout.identity / MEMBERSHIP_FILE,
        layout.identity / RUNS_FILE,
        *(journal.with_name(journal.name + end) for end in ("", "-wal", "-shm")),
    ):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    for path in left:
        log.warning("prefix-still-used", path=str(path))
    return left


def forget(layout: Layout) -> None:
    """Take away the mark of a departure, for a machine that joins anew."""
    with suppress(OSError):
        (layout.identity / REMOVED_FILE).unlink(missing_ok=True)


def _delete_data(layout: Layout, links: Links) -> list[Path]:
    stable = layout.stable("_").parent
    for path in stable.iterdir() if stable.is_dir() else ():
        with suppress(Conflict, OSError):
            # What is no link of ours is not ours to delete.
            target = links.read(path)
            if target is not None and target.is_relative_to(layout.prefixes):
                links.remove(path)
    prefixes = {str(path): path for path in layout.known_prefixes()}
    used = prefixes_in_use({name: [path] for name, path in prefixes.items()})
    left = [path for name, path in prefixes.items() if name in used or not _gone(layout, path)]
    left += _delete_pythons(layout)
    with suppress(OSError):
        # Also of a departure that was killed half-way: nobody would look for it later.
        clear_leftovers(layout)
    for path in (layout.uv_cache.parent, layout.logs):
        shutil.rmtree(path, ignore_errors=True)
    return left


def _delete_pythons(layout: Layout) -> list[Path]:
    """Delete the interpreters that Venvoy installed; return those that processes still use."""
    homes = layout.pythons
    there = {str(path): path for path in homes.iterdir()} if homes.is_dir() else {}
    used = prefixes_in_use({name: [path] for name, path in there.items()})
    for name in there.keys() - used:
        remove_tree(there[name], ignore_errors=True)
    return [there[name] for name in sorted(used)]


def _gone(layout: Layout, prefix: Path) -> bool:
    try:
        return discard(layout, prefix)
    except OSError as error:
        log.warning("prefix-not-deleted", path=str(prefix), reason=str(error))
        return False
