"""The table from uv's words to causes, first match wins.

The disk and the machine come first, since they make everything else fail; then the
way to the packages, then the files, then what was asked for. Measured with uv 0.13;
the integration tests provoke what can be provoked with the installed uv, so that a
release with other words is noticed. Windows' codes are from its documentation.
"""

import re
from dataclasses import dataclass

from venvoy.domain.cause import Hop


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of failure.

    Attributes:
        code: of the cause.
        hop: what is to blame; a mirror on loopback becomes the gateway.
        pattern: found anywhere in the output; named groups become params.
        transient: whether trying again unchanged may succeed.
        every: whether all matches' `package` are gathered as `packages`.
        beside: must be found too, anywhere.
    """

    code: str
    hop: Hop
    pattern: re.Pattern[str]
    transient: bool = False
    every: bool = False
    beside: re.Pattern[str] | None = None

    def find(self, text: str) -> re.Match[str] | None:
        """Return where this failure is told of in `text`, if it is."""
        found = self.pattern.search(text)
        return found if self.beside is None or self.beside.search(text) else None


def _rule(
    code: str,
    hop: Hop,
    pattern: str,
    *,
    transient: bool = False,
    every: bool = False,
    beside: str | None = None,
) -> Rule:
    other = None if beside is None else re.compile(beside)
    return Rule(code, hop, re.compile(pattern, re.MULTILINE), transient, every, other)


_A_FILE = r"Failed to (?:download|fetch|download and build) `[^`\n]+`"
# Begins where a word begins, and ends soon: foreign output must not cost quadratic time.
_PLAIN_NAME = r"(?<![A-Za-z0-9._-])(?P<package>[A-Za-z0-9][A-Za-z0-9._-]{0,127})"
_NAME = rf"{_PLAIN_NAME}(?:==[^\s=]{{1,64}})?"

_MACHINE = (
    _rule("disk-full", Hop.DISK, r"os error 28\)|os error 112\)|No space left on device"),
    _rule("disk-quota", Hop.DISK, r"Disk quota exceeded"),
    _rule("disk-read-only", Hop.DISK, r"os error 30\)|Read-only file system"),
    _rule("file-in-use", Hop.NODE, r"used by another process", transient=True),
    _rule(
        "permission-denied",
        Hop.NODE,
        r"(?:(?:file|directory|path)\s+`(?P<path>[^`]+)`[^\n]*)?"
        r"(?:os error 13\)|Permission denied|Access is denied)",
    ),
    _rule("path-too-long", Hop.NODE, r"os error 36\)|os error 206\)|File name too long"),
    _rule("too-many-open-files", Hop.NODE, r"os error 24\)|Too many open files", transient=True),
    _rule("out-of-memory", Hop.NODE, r"os error 12\)|memory allocation of \d+ bytes failed"),
    _rule(
        "interpreter-broken",
        Hop.INTERPRETER,
        r"Failed to inspect Python interpreter(?: from [a-z ]+)?(?: at)? `(?P<path>[^`]*)`"
        r"|Querying Python at `[^`]*` failed",
    ),
    _rule(
        "interpreter-missing",
        Hop.INTERPRETER,
        r"No (?:interpreter|virtual environment(?: or system Python installation)?) found for"
        r" (?P<wanted>[^;\n]+)",
    ),
)

_WAY = (
    _rule(
        "proxy-refused",
        Hop.PROXY,
        r"407 Proxy Authentication Required|tunnel error: proxy authorization required",
    ),
    _rule("proxy-unreachable", Hop.PROXY, r"tunnel error|proxy connect", transient=True),
    _rule("certificate-unknown", Hop.MIRROR, r"invalid peer certificate: UnknownIssuer"),
    _rule(
        "certificate-invalid",
        Hop.MIRROR,
        r"invalid peer certificate: (?P<problem>[^\n]+)|certificate (?:expired|not valid)",
    ),
    _rule(
        "tls-failed", Hop.MIRROR, r"received corrupt message|received fatal alert|HandshakeFailure"
    ),
    _rule(
        "download-stalled",
        Hop.MIRROR,
        r"operation timed out|network timeout|os error 110\)",
        transient=True,
    ),
    _rule("name-not-resolved", Hop.MIRROR, r"dns error|failed to lookup address", transient=True),
    _rule(
        "connection-refused", Hop.MIRROR, r"[Cc]onnection refused|os error 10061\)", transient=True
    ),
    _rule(
        "download-cut",
        Hop.MIRROR,
        r"end of file before message length reached|connection closed before message completed"
        r"|[Cc]onnection reset|error reading a body from connection",
        transient=True,
    ),
    _rule(
        "network-unreachable",
        Hop.NODE,
        r"os error 101\)|os error 113\)|[Nn]etwork is unreachable|No route to host",
        transient=True,
    ),
    _rule(
        "offline-not-cached",
        Hop.NODE,
        r"Network connectivity is disabled|not found in the cache|network was disabled",
    ),
)

_ANSWERS = (
    _rule(
        "file-unauthorized",
        Hop.MIRROR,
        r"HTTP status client error \((?P<status>401|403)",
        beside=_A_FILE,
    ),
    _rule(
        "file-missing",
        Hop.MIRROR,
        r"HTTP status client error \((?P<status>404|410)",
        beside=_A_FILE,
    ),
    _rule(
        "file-unavailable",
        Hop.MIRROR,
        r"HTTP status (?:server|client) error \((?P<status>\d{3})",
        transient=True,
        beside=_A_FILE,
    ),
    _rule(
        "index-unauthorized",
        Hop.MIRROR,
        r"(?:lack of valid authentication credentials \(|returned a |client error \()"
        r"(?P<status>401|403)",
    ),
    _rule(
        "index-unavailable",
        Hop.MIRROR,
        r"HTTP status (?:server|client) error \((?P<status>\d{3})|Request failed after \d+ retr",
        transient=True,
    ),
    _rule(
        "index-unreadable",
        Hop.MIRROR,
        r"Received some unexpected (?:HTML|JSON)|Unsupported `?Content-Type|expected JSON or HTML",
    ),
    _rule(
        "hash-mismatch",
        Hop.MIRROR,
        r"Hash mismatch for (?:package metadata at )?`(?P<file>[^`]+)`",
    ),
    _rule(
        "size-mismatch",
        Hop.MIRROR,
        r"Size mismatch for `(?P<file>[^`]+)`: expected (?P<expected>\d+) bytes,"
        r" but downloaded (?P<found>\d+) bytes",
    ),
    _rule(
        "wheel-corrupt",
        Hop.PACKAGE,
        r"Failed to extract archive(?:: (?P<file>\S+))?|has an invalid package format"
        r"|The structure of `[^`]+` \(v[^)]*\) was invalid|Invalid zip file structure",
    ),
    _rule(
        "metadata-invalid",
        Hop.PACKAGE,
        r"(?:has invalid metadata|metadata (?:of|for) `[^`]+`[^\n]*(?:invalid|parse)"
        r"|Couldn't parse metadata|Failed to parse metadata)",
    ),
)

_WISHES = (
    _rule(
        "python-mismatch",
        Hop.INTERPRETER,
        r"resolved to Python (?P<found>\S+), which is incompatible with the"
        r" `pylock\.toml`'s Python requirement: `(?P<wanted>[^`]+)`",
    ),
    _rule(
        "no-wheel-for-platform",
        Hop.PACKAGE,
        r"Package `(?P<package>[^`]+)` can't be installed because it (?:is marked as `--no-build`"
        r" but has no binary distribution|doesn't have a source distribution or wheel)",
        every=True,
    ),
    _rule(
        "only-source",
        Hop.PACKAGE,
        r"Building source distributions for `(?P<package>[^`]+)` is disabled",
        every=True,
    ),
    _rule("only-source", Hop.PACKAGE, r"Wheels are required for `(?P<package>[^`]+)`", every=True),
    _rule("only-source", Hop.PACKAGE, rf"{_NAME} has no usable wheels", every=True),
    _rule(
        "no-wheel-for-platform",
        Hop.PACKAGE,
        rf"{_NAME} ha(?:s|ve) no (?:`[^`]*`-compatible wheels"
        r"|wheels with a matching platform tag)",
        every=True,
    ),
    _rule(
        "no-wheel-for-python",
        Hop.PACKAGE,
        rf"{_NAME} ha(?:s|ve) no wheels with a matching Python"
        r" (?:version|implementation|ABI) tag",
        every=True,
    ),
    _rule(
        "package-not-found",
        Hop.REQUIREMENTS,
        rf"{_NAME} was not found in the package registry",
        every=True,
    ),
    _rule(
        "package-name-mismatch",
        Hop.REQUIREMENTS,
        r"Requested package name `(?P<package>[^`]+)` does not match `(?P<found>[^`]+)`",
    ),
    _rule(
        "python-excluded", Hop.REQUIREMENTS, r"does not satisfy Python(?P<wanted>[<>=!~0-9.,*]+)"
    ),
    _rule("no-solution", Hop.REQUIREMENTS, r"No solution found|requirements are unsatisfiable"),
    _rule(
        "compiler-missing",
        Hop.PACKAGE,
        r"No such file or directory: '(?P<missing>cc|gcc|clang|c\+\+|g\+\+|cl\.exe|cl|cargo|rustc)'"
        r"|fatal error: (?P<header>\S+\.h(?:pp)?)\b"
        r"|Microsoft Visual C\+\+ [0-9.]+ or greater is required",
    ),
    _rule(
        "build-failed",
        Hop.PACKAGE,
        r"Failed to build|Build backend failed|build backend returned an error",
    ),
)

RULES: tuple[Rule, ...] = (*_MACHINE, *_WAY, *_ANSWERS, *_WISHES)
