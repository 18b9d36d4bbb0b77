"""What happens on a connection, as values: for logs, the doctor and tests.

NATS tells a client of forbidden subjects only through an error callback, lower-cased
and apart from the call; here such news gets a type. Texts come from the server and
are cleaned of control characters before they stand in an event.
"""

import re
from dataclasses import dataclass

from venvoy.domain.errors import VenvoyError

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_VIOLATION = re.compile(
    r'permissions violation for (publish|subscription) to "([^"]+)"', re.IGNORECASE
)
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Connected:
    """A connection is up and all subscriptions are live on it.

    Attributes:
        url: of the server.
        renewed: whether it replaced a live one, for fresh credentials.
    """

    url: str
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; the next is being built.

    Attributes:
        reason: the server's or the system's words.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class ConnectFailed:
    """An attempt failed; the next follows.

    Attributes:
        error: why.
        pause_s: seconds until the next attempt.
    """

    error: VenvoyError
    pause_s: float


@dataclass(frozen=True, slots=True)
class PermissionViolation:
    """The server refused a subject.

    Attributes:
        operation: `publish` or `subscription`.
        subject: lower-cased, as the server names it.
    """

    operation: str
    subject: str


@dataclass(frozen=True, slots=True)
class HandlerFailed:
    """A callback raised; the message or the resync is lost, the link lives on.

    Attributes:
        subject: of the message; empty for a resync.
        error: what was raised.
    """

    subject: str
    error: Exception


@dataclass(frozen=True, slots=True)
class ReplyRefused:
    """A request was not answered because its reply subject is not the asker's own."""

    subject: str
    reply: str


@dataclass(frozen=True, slots=True)
class ClientTrouble:
    """Something else that the client library reported, such as a slow consumer."""

    reason: str


LinkEvent = (
    Connected
    | Disconnected
    | ConnectFailed
    | PermissionViolation
    | HandlerFailed
    | ReplyRefused
    | ClientTrouble
)


def clean(text: object) -> str:
    """Return a text from outside as one line fit for a log, cut at 300 characters."""
    return _CONTROL.sub(" ", str(text)).strip()[:_SHOWN]


def read_trouble(error: Exception) -> PermissionViolation | ClientTrouble:
    """Give an error of the client library its type."""
    violation = _VIOLATION.search(str(error))
    if violation is not None:
        return PermissionViolation(violation[1].lower(), clean(violation[2].lower()))
    return ClientTrouble(clean(error) or type(error).__name__)
