"""Errors of the NATS client library, as errors of this product."""

import contextlib
from collections.abc import Iterator

from nats import errors as nats_errors

from venvoy.bus.events import clean
from venvoy.domain.errors import InvalidInput, TimedOut, Unauthenticated, Unavailable, VenvoyError

# The server's words, which the client library passes on in either case.
_REFUSED = ("authorization violation", "authentication expired", "authentication revoked")


@contextlib.contextmanager
def translated(subject: str, timeout_s: float = 0) -> Iterator[None]:
    """Raise what the client library raises as typed errors.

    Args:
        subject: for the error's parameters.
        timeout_s: the limit that a timeout exceeded.

    Raises:
        Unavailable: `bus-no-responder` or `bus-disconnected`.
        TimedOut: `bus-timeout`.
        InvalidInput: `bus-message-too-large` or `subject-invalid`.
    """
    try:
        yield
    except nats_errors.NoRespondersError:
        raise Unavailable("bus-no-responder", subject=subject) from None
    except nats_errors.MaxPayloadError:
        raise InvalidInput("bus-message-too-large", subject=subject) from None
    except nats_errors.BadSubjectError:
        raise InvalidInput("subject-invalid", subject=clean(subject)) from None
    except TimeoutError:
        raise TimedOut("bus-timeout", subject=subject, seconds=timeout_s) from None
    except (nats_errors.Error, OSError) as error:
        raise Unavailable("bus-disconnected", reason=clean(error)) from error


def connect_error(error: Exception, trouble: str) -> VenvoyError:
    """Say why an attempt to connect failed.

    Args:
        error: what the client library raised.
        trouble: the last that it reported beside it, which is often the real reason.

    Returns:
        `Unauthenticated`, `bus-credentials-refused`, where the server refused the
        token; else `Unavailable`, `bus-unreachable`.
    """
    said = f"{error} {trouble}".lower()
    if any(words in said for words in _REFUSED):
        return Unauthenticated("bus-credentials-refused")
    if isinstance(error, VenvoyError):
        return error
    return Unavailable("bus-unreachable", reason=clean(trouble or error) or type(error).__name__)
