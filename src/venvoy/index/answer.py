"""One answer to a request for a file's bytes: does it fit what is already here?

Pure apart from reading headers. RFC 9110: a 206 continues at the offset that was
asked for, a 200 is the whole file again, whatever was asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from venvoy.index.failure import failed
from venvoy.index.problem import ProblemKind

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer's head promises.

    Attributes:
        start: offset of its first byte in the file.
        size: of the whole file in bytes, or None where it does not say.
    """

    start: int
    size: int | None


def request_headers(offset: int, etag: str | None) -> dict[str, str]:
    """Return the headers that ask for a file from an offset on.

    Args:
        offset: bytes that are here already.
        etag: the tag under which they came from the same address, or None. A weak
            one says nothing about bytes and is not sent (RFC 9110, 13.1.5).
    """
    headers = {"Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
        if etag and not etag.startswith("W/"):
            headers["If-Range"] = etag
    return headers


def answered(
    url: str, status: int, headers: Mapping[str, str], offset: int, size: int | None
) -> Answered:
    """Read an answer's head.

    Args:
        url: that was asked.
        status: below 400.
        headers: of the answer.
        offset: that was asked for.
        size: of the file, if known.

    Raises:
        FetchFailed: `size-mismatch`, or `unreadable` for an answer that cannot be used.
    """
    length = headers.get("Content-Length", "")
    if status == HTTPStatus.PARTIAL_CONTENT:
        told = content_range(headers)
        if told is None or told[0] != offset:
            raise failed(ProblemKind.UNREADABLE, url, detail="another range than asked for")
        result = Answered(offset, told[1])
    elif status == HTTPStatus.OK:
        result = Answered(0, int(length) if length.isdigit() else None)
    else:
        raise failed(ProblemKind.UNREADABLE, url, status=status, detail="not a file")
    if size is not None and result.size is not None and result.size != size:
        raise failed(ProblemKind.SIZE_MISMATCH, url, expected=size, actual=result.size)
    return result


def content_range(headers: Mapping[str, str]) -> tuple[int, int | None] | None:
    """Return the first byte and the whole size that `Content-Range` tells."""
    match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if match is None:
        return None
    return int(match[1]), None if match[3] == "*" else int(match[3])
