"""Whom this CLI trusts at an address that the system's authorities do not vouch for.

At the first sign-in the authority's fingerprint is shown and asked about, or compared
with the one given; from then on the authority is kept, and any other is refused.
"""

import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from venvoy.cli import ask
from venvoy.cli.surroundings import Surroundings
from venvoy.domain.errors import InvalidInput, Unauthenticated, Unavailable

_SECONDS = 10.0
_FILE = "cli-ca.pem"


def decide(here: Surroundings, url: str, fingerprint: str | None) -> str | None:
    """Return the file of the authority to trust, None for the system's trust.

    Args:
        url: of the controller.
        fingerprint: what somebody read off the controller; asked about when None.

    Raises:
        Unauthenticated: `controller-certificate-foreign`, `certificate-not-trusted`.
        InvalidInput: `nobody-to-ask`, `file-unwritable`, `authority-unreadable`.
        Unavailable: `controller-unreachable`, or the certificate of its own is unknown
            to the system and has no authority that could be kept.
    """
    if urlsplit(url).scheme != "https":
        return None
    kept = here.sign_in_file.with_name(_FILE)
    for ca in (None, str(kept) if kept.exists() else None):
        try:
            with here.connect(url, ca=ca) as client:
                client.version()
                return ca
        except Unavailable as error:
            if error.code != "controller-certificate-untrusted":
                raise
            refused = error
    authority, shown = _fetched(url, refused)
    if fingerprint is not None:
        if _plain(fingerprint) != _plain(shown):
            raise Unauthenticated(
                "controller-certificate-foreign", url=url, found=shown, wanted=fingerprint[:120]
            )
    elif not ask.confirmed(
        here.output, "trust-sure", option="--fingerprint", url=url, fingerprint=shown
    ):
        raise Unauthenticated("certificate-not-trusted", url=url)
    return _keep(kept, authority)


def _fetched(url: str, refused: Unavailable) -> tuple[bytes, str]:
    """Return the authority that the controller names, and its fingerprint."""
    import httpx

    from venvoy.wire import certificates

    try:
        answer = httpx.get(
            f"{url.rstrip('/')}/api/v1/ca",
            # Nothing is said on it, and what comes is proven by its fingerprint.
            verify=False,  # noqa: S501
            trust_env=False,
            timeout=_SECONDS,
        )
        return answer.content, certificates.shown(certificates.pin(answer.content))
    except (httpx.HTTPError, InvalidInput):
        raise refused from None


def _plain(fingerprint: str) -> str:
    return re.sub(r"^sha256:|[^0-9a-f]", "", fingerprint.strip().lower())


def _keep(file: Path, authority: bytes) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
            stream.write(authority)
        Path(stream.name).replace(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInput("file-unwritable", path=str(file), reason=reason) from error
    return str(file)
