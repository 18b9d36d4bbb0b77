"""The console: the files that the build left in `static/`, and nothing else.

`/` is `index.html`, and so is every path that is no file to a browser that navigates,
because the console's own router knows those paths; a missing asset and an unknown
path below `/api` are 404. Nothing may be loaded from, or embedded in,
another origin. Styles are injected at run time, so a fresh nonce per page allows
just those; the build marks the places with `NONCE_MARK`.
"""

import mimetypes
import secrets
from html import escape
from http import HTTPStatus
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from venvoy.api.language import language_of
from venvoy.domain.errors import NotFound
from venvoy.texts import text

DIRECTORY = Path(__file__).parent / "static"
NONCE_MARK = "__VENVOY_NONCE__"
_NONCE_BYTES = 18
_HASHED = "assets"
_IMMUTABLE = "public, max-age=31536000, immutable"
# Other machines' type tables must not decide how a browser reads our files.
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}
_RESERVED = ("api/", "install/", "simple/", "files/", "metrics", "healthz", "readyz")


def policy(nonce: str) -> str:
    """Return the Content-Security-Policy of a page with this nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Console:
    """Answers every GET that no route of the API takes.

    Args:
        directory: where the build is; absent when the console was not built.
    """

    def __init__(self, directory: Path = DIRECTORY) -> None:
        self._directory = directory.resolve()

    def answer(self, request: Request) -> Response:
        """Return a file, the page, or raise for what is neither.

        Raises:
            NotFound: `path-unknown`.
        """
        path = request.url.path.lstrip("/")
        if path.startswith(_RESERVED) or path.rstrip("/") == "api":
            raise _unknown(request)
        file = self._file(path)
        if file is not None and file.name != "index.html":
            zipped = _zipped(file) if _takes_gzip(request.headers) else None
            return _sent(file, zipped, hashed=path.startswith(f"{_HASHED}/"))
        asset = PurePosixPath(path).parts[:1] == (_HASHED,)
        if asset or (path and not _navigates(request.headers)):
            raise _unknown(request)
        return self._page(language_of(request.headers))

    def _file(self, path: str) -> Path | None:
        """Return a file of the build; never one outside, whatever the path says."""
        try:
            file = (self._directory / path).resolve()
            inside = file.is_relative_to(self._directory) and file.is_file()
        except (OSError, ValueError):
            return None
        return file if inside else None

    def _page(self, language: str) -> Response:
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        index = self._directory / "index.html"
        try:
            page = index.read_text(encoding="utf-8").replace(NONCE_MARK, nonce)
            status = HTTPStatus.OK
        except FileNotFoundError:
            page, status = _without_console(language), HTTPStatus.SERVICE_UNAVAILABLE
        headers = {"Content-Security-Policy": policy(nonce), "Cache-Control": "no-store"}
        return HTMLResponse(page, status_code=status, headers=headers)


def _sent(file: Path, zipped: Path | None, *, hashed: bool) -> Response:
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    headers = {"Cache-Control": _IMMUTABLE if hashed else "no-cache"}
    if zipped is not None:
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return FileResponse(
        zipped or file, media_type=kind or "application/octet-stream", headers=headers
    )


def _zipped(file: Path) -> Path | None:
    """Return the gzip form that the build left beside a file, if there is one."""
    zipped = file.with_name(f"{file.name}.gz")
    return zipped if zipped.is_file() else None


def _takes_gzip(headers: Headers) -> bool:
    # A browser that refuses it outright (`gzip;q=0`) does not exist; one that is silent does.
    return "gzip" in headers.get("accept-encoding", "")


def _navigates(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def _unknown(request: Request) -> NotFound:
    return NotFound("path-unknown", path=request.url.path[:200])


def _without_console(language: str) -> str:
    title, body = (escape(text(language, f"no-console.{part}") or "") for part in ("title", "body"))
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f"<title>Venvoy</title><h1>{title}</h1><p>{body}</p></html>"
    )
