"""The one root of all expected errors.

An error owns a stable `code` and `params`; the words are made from them at the
surface (CLI, problem+json, console) from the catalogue in `venvoy.texts`, under
`errors.<code>.message` and `errors.<code>.hint`, so that every surface can say
the same thing in either language. The subclass tells a surface which status or
exit code to use; nothing else may be derived from it.
"""

from collections.abc import Mapping

Param = str | int | float | bool | None | list[str]


class VenvoyError(Exception):
    """An expected failure with a stable code.

    Args:
        code: kebab-case identifier, a key of the catalogue; never renamed.
        params: values that the texts of this code refer to.
    """

    def __init__(self, code: str, /, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Param] = params

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code}({shown})" if shown else self.code


class InvalidInput(VenvoyError):
    """What was asked for is malformed or not allowed; nothing was changed."""


class Unauthenticated(VenvoyError):
    """Nobody is signed in, or the credentials are wrong or expired."""


class Forbidden(VenvoyError):
    """The signed-in user's role or the token's scope does not allow this."""


class NotFound(VenvoyError):
    """The named thing does not exist."""


class Conflict(VenvoyError):
    """The request contradicts what exists (a name taken, a state that forbids it)."""


class StaleVersion(Conflict):
    """The edit started from a version that is no longer the live one."""


class RateLimited(VenvoyError):
    """Too many attempts; `params` carries `retry_after` in seconds."""


class WorkFailed(VenvoyError):
    """Well-formed work was tried and failed (a resolution, a build)."""


class Unavailable(VenvoyError):
    """A part that is needed cannot be reached or is not ready."""


class TimedOut(VenvoyError):
    """A bounded wait ended before what was waited for."""
