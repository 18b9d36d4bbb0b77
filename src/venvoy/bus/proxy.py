"""The proxy between a node and its controller, in the form that aiohttp takes."""

from typing import Any

import aiohttp
from yarl import URL


def session_options(proxy: str | None) -> dict[str, Any]:
    """Return what a session is to be opened with.

    User and password go apart from the address, which stands in aiohttp's errors. Its
    newer releases would have them as headers, which no session takes yet.

    Args:
        proxy: an address with user and password, or None for no proxy of one's own.
    """
    if proxy is None:
        return {}
    url = URL(proxy)
    auth = None if url.user is None else aiohttp.BasicAuth(url.user, url.password or "", "utf-8")
    return {"proxy": url.with_user(None), "proxy_auth": auth}
