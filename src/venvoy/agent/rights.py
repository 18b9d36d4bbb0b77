"""The rights file of this machine: found, read, and carried out on new prefixes.

Writers get the directories, not the files in them: a package manager replaces files
and never writes into one, while a file may be a hard link that other prefixes and the
cache share. New entries inherit the list, so what a writer adds the agent may delete.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from venvoy.agent import system
from venvoy.domain import rights
from venvoy.domain.errors import Forbidden, InvalidInput, Unavailable, VenvoyError
from venvoy.domain.hooks import may_restart
from venvoy.domain.rights import DEFAULT, SAFEST, Rights

_LIMIT = 1_000_000
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What the file says.

    Attributes:
        rights: the safest ones where it cannot be understood.
        file: None where there is none and the defaults hold.
        error: what is wrong with it, or why it could not be carried out.
    """

    rights: Rights = DEFAULT
    file: Path | None = None
    error: VenvoyError | None = None


def read(places: tuple[Path, ...]) -> Found:
    """Read the first file of these that is there; it is never written."""
    for place in places:
        try:
            with place.open("rb") as stream:
                text = stream.read(_LIMIT).decode()
        except FileNotFoundError:
            continue
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            wrong = InvalidInput("rights-unreadable", path=str(place), reason=reason[:_SHOWN])
            return Found(SAFEST, place, wrong)
        try:
            found = rights.read(text, str(place))
            _check_names(found, place)
        except VenvoyError as error:
            return Found(SAFEST, place, error)
        return Found(found, place)
    return Found()


def _check_names(found: Rights, place: Path) -> None:
    """Refuse names that this machine does not know.

    Raises:
        InvalidInput: `rights-name-unknown`.
        Unavailable: `rights-only-on-linux`.
    """
    if not system.HAS_RIGHTS:
        if found.users or found.groups or found.run_as or found.checks_as or found.hooks_as:
            raise Unavailable("rights-only-on-linux", path=str(place))
        return
    for key, names, known in (
        ("prefixes.users", found.users, system.knows_user),
        ("prefixes.groups", found.groups, system.knows_group),
        ("run.user", (found.run_as,) if found.run_as else (), system.knows_user),
        ("checks.user", (found.checks_as,) if found.checks_as else (), system.knows_user),
        ("hooks.user", (found.hooks_as,) if found.hooks_as else (), system.knows_user),
    ):
        for name in names:
            if not known(name):
                shown = name[:_SHOWN]
                raise InvalidInput("rights-name-unknown", path=str(place), key=key, name=shown)


def grant(prefix: Path, found: Found) -> None:
    """Let the writers into a prefix that was just made; blocks.

    Raises:
        Unavailable: `rights-unsupported`.
    """
    if not found.rights.users and not found.rights.groups:
        return
    try:
        system.let_write(prefix, found.rights.users, found.rights.groups)
    except (OSError, KeyError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable(
            "rights-unsupported", path=str(found.file), prefix=str(prefix), reason=reason
        ) from error


def check_run(found: Found) -> str | None:
    """Return as whom `venvoy run` starts a command; None for whoever calls.

    Raises:
        VenvoyError: what is wrong with the file.
        Forbidden: `run-not-allowed`, `run-only-as`.
    """
    if found.error is not None:
        raise found.error
    wanted, path = found.rights.run_as, str(found.file)
    if not found.rights.run:
        raise Forbidden("run-not-allowed", path=path)
    return _as_whom(wanted, Forbidden("run-only-as", user=wanted, path=path))


def check_checks(found: Found) -> str | None:
    """Return as whom the checks of environments run; None for the agent's own user.

    Raises:
        VenvoyError: what is wrong with the file.
        Forbidden: `checks-not-allowed`, `checks-only-as`.
    """
    if found.error is not None and not found.rights.checks:
        raise found.error
    wanted, path = found.rights.checks_as, str(found.file)
    if not found.rights.checks:
        raise Forbidden("checks-not-allowed", path=path)
    return _as_whom(wanted, Forbidden("checks-only-as", user=wanted, path=path))


def check_hooks(found: Found) -> str | None:
    """Return as whom the hooks of environments run commands; None for the agent's own user.

    Raises:
        VenvoyError: what is wrong with the file.
        Forbidden: `hooks-not-allowed`, `hooks-only-as`.
    """
    if found.error is not None and not found.rights.hooks:
        raise found.error
    wanted, path = found.rights.hooks_as, str(found.file)
    if not found.rights.hooks:
        raise Forbidden("hooks-not-allowed", path=path)
    return _as_whom(wanted, Forbidden("hooks-only-as", user=wanted, path=path))


def _as_whom(wanted: str | None, refusal: Forbidden) -> str | None:
    """Return the user to become, None for this one; raise where that is not possible."""
    if wanted is None or system.is_self(wanted):
        return None
    if not system.may_become_others():
        raise refusal
    return wanted


def check_unit(found: Found, unit: str) -> None:
    """Return if a hook may restart a unit.

    Raises:
        VenvoyError: what is wrong with the file.
        Forbidden: `hooks-not-allowed`, `hook-unit-not-allowed`.
    """
    if found.error is not None and not found.rights.hooks:
        raise found.error
    path = str(found.file)
    if not found.rights.hooks:
        raise Forbidden("hooks-not-allowed", path=path)
    if not may_restart(unit, found.rights.hook_units):
        raise Forbidden("hook-unit-not-allowed", unit=unit, path=path)


class Access:
    """The rights as an agent holds them: read anew whenever they are needed.

    Args:
        places: where the file may be, the first counts.
    """

    def __init__(self, places: tuple[Path, ...] = ()) -> None:
        self._places = places
        self._failed: tuple[Rights, VenvoyError] | None = None

    def found(self) -> Found:
        """Return what the file says now, and why it could not be carried out the last time."""
        found = read(self._places)
        if self._failed is not None and found.error is None and found.rights == self._failed[0]:
            return replace(found, error=self._failed[1])
        return found

    def grant(self, prefix: Path, say: Callable[[str], None]) -> None:
        """Let the writers into a new prefix; that they cannot be let in ends no build.

        Args:
            prefix: whole, and not live yet.
            say: hears it.
        """
        found = read(self._places)
        try:
            grant(prefix, found)
        except Unavailable as error:
            self._failed = (found.rights, error)
            say(f"rights not given: {error.params['reason']}")
        else:
            self._failed = None
