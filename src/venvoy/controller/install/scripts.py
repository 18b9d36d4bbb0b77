"""The installer's scripts, and the lines that people paste.

A line is safe on a network that is not: it fetches a script without trusting who
answers, and runs it only if its hash is the one in the line, which came from the
controller over a connection that was trusted. The script carries the authority
behind the controller's certificate, so all that it fetches itself is verified.
Scripts hold no secret and are the same for everybody; the token is in the line alone.
"""

import hashlib
from dataclasses import dataclass
from importlib import resources
from shlex import quote
from urllib.parse import urlsplit

_AUTHORITY = "@AUTHORITY@"
SHELL, POWERSHELL = "install.sh", "install.ps1"


@dataclass(frozen=True, slots=True)
class Script:
    """One script, as it is served.

    Attributes:
        name: of the file.
        text: with the authority in it.
    """

    name: str
    text: str

    @property
    def digest(self) -> str:
        """The sha256 of its bytes, lower-case hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def shell(authority: str | None) -> Script:
    """Return the script for Linux.

    Args:
        authority: PEM of whom to trust; None for the system's trust.
    """
    return _script(SHELL, authority)


def powershell(authority: str | None) -> Script:
    """Return the script for Windows; as `shell`."""
    return _script(POWERSHELL, authority)


def _script(name: str, authority: str | None) -> Script:
    template = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return Script(name, template.replace(_AUTHORITY, (authority or "").strip()))


def linux_line(url: str, token: str, script: Script) -> str:
    """Return what to paste into a shell on Linux.

    Args:
        url: of the controller, as the machine reaches it.
        token: a join token.
        script: as the controller serves it.
    """
    secure = urlsplit(url).scheme == "https"
    curl, wget = ("-k ", "--no-check-certificate ") if secure else ("", "")
    address = quote(f"{url}/{script.name}?sha256={script.digest}")
    return (
        "f=$(mktemp) && if command -v curl >/dev/null; "
        f'then curl -fsS --connect-timeout 20 {curl}-o "$f" {address}; '
        f'else wget -q {wget}-O "$f" {address}; fi && '
        f'echo "{script.digest}  $f" | sha256sum -c - && '
        f'sh "$f" --url {quote(url)} --token {quote(token)}'
    )


def windows_line(url: str, token: str, script: Script) -> str:
    """Return what to paste into PowerShell on Windows; as `linux_line`.

    `curl.exe` comes with Windows since 2018; PowerShell's own commands cannot leave
    the certificate of one request unchecked in all its versions.
    """
    insecure = "-k " if urlsplit(url).scheme == "https" else ""
    address = _literal(f"{url}/{script.name}?sha256={script.digest}")
    return (
        "$f = Join-Path $env:TEMP ('venvoy-' + [guid]::NewGuid() + '.ps1'); "
        f"curl.exe -fsS {insecure}-o $f {address}; "
        f"if ((Get-FileHash $f -Algorithm SHA256).Hash -eq '{script.digest}') "
        f"{{ powershell -ExecutionPolicy Bypass -File $f -Url {_literal(url)} "
        f"-Token {_literal(token)} }} "
        "else { Write-Error 'this is not the script of the controller that made this line' }"
    )


def _literal(text: str) -> str:
    """Return a text as PowerShell reads it without looking for anything in it."""
    return "'" + text.replace("'", "''") + "'"
