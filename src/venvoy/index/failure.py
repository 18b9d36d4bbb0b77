"""From the HTTP client's exceptions to typed problems, in one place."""

import asyncio
import errno
import ssl
from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp

from venvoy.domain.cause import Hop
from venvoy.index.address import redacted, shown
from venvoy.index.problem import FetchFailed, Problem, ProblemKind

NETWORK_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""What a request can raise for reasons outside this process."""

_KINDS: tuple[tuple[tuple[type[BaseException], ...], ProblemKind], ...] = (
    ((aiohttp.ClientConnectorDNSError,), ProblemKind.DNS),
    ((aiohttp.ClientSSLError, ssl.SSLError), ProblemKind.TLS),
    ((asyncio.TimeoutError,), ProblemKind.TIMEOUT),
    ((aiohttp.ClientConnectorError, ConnectionRefusedError), ProblemKind.REFUSED),
    ((aiohttp.InvalidURL, aiohttp.TooManyRedirects), ProblemKind.UNREADABLE),
)
"""The first that fits; whatever else happens to a connection truncates an answer."""

_FULL = {errno.ENOSPC, errno.EDQUOT}


def failed(
    kind: ProblemKind,
    url: str,
    *,
    hop: Hop = Hop.MIRROR,
    status: int | None = None,
    detail: str = "",
    expected: object = "",
    actual: object = "",
) -> FetchFailed:
    """Make the exception for one problem seen now; the address is redacted here."""
    return FetchFailed(
        Problem(
            kind=kind,
            hop=hop,
            url=shown(url),
            at=datetime.now(UTC),
            status=status,
            detail=redacted(detail),
            expected=str(expected),
            actual=str(actual),
        )
    )


def from_status(status: int, url: str) -> FetchFailed:
    """Make the exception for an answer that is no success."""
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return failed(ProblemKind.HTTP_STATUS, url, hop=Hop.PROXY, status=status)
    kind = ProblemKind.NOT_FOUND if status in {404, 410} else ProblemKind.HTTP_STATUS
    return failed(kind, url, status=status)


def from_exception(error: BaseException, url: str, *, in_body: bool) -> FetchFailed:
    """Say what an exception of the HTTP client means.

    Args:
        error: one of `NETWORK_ERRORS`.
        url: what was asked for.
        in_body: whether the answer's head had already come.
    """
    detail = str(error) or type(error).__name__
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return failed(
            ProblemKind.HTTP_STATUS, url, hop=Hop.PROXY, status=error.status, detail=error.message
        )
    hop = Hop.PROXY if isinstance(error, aiohttp.ClientProxyConnectionError) else Hop.MIRROR
    return failed(_kind(error, in_body=in_body), url, hop=hop, detail=detail)


def _kind(error: BaseException, *, in_body: bool) -> ProblemKind:
    fitting = (kind for types, kind in _KINDS if isinstance(error, types))
    kind = next(fitting, ProblemKind.TRUNCATED)
    if kind is ProblemKind.TIMEOUT and in_body:
        return ProblemKind.STALLED
    timed_out = isinstance(error, OSError) and error.errno == errno.ETIMEDOUT
    return ProblemKind.TIMEOUT if kind is ProblemKind.REFUSED and timed_out else kind


def from_disk(error: OSError, path: str) -> FetchFailed:
    """Say what a failed write means; anything but a full disk keeps its own words."""
    kind = ProblemKind.DISK_FULL if error.errno in _FULL else ProblemKind.DISK_FAILED
    return failed(kind, f"file://{path}", hop=Hop.DISK, detail=str(error))
