"""What uv's words mean: its output and exit code as a typed cause.

uv's exit codes do not classify errors, so its text is read, rule by rule, in
`venvoy.domain.uv_rules`. What no rule knows is `uv-failed`, with the evidence. A
gateway that stood between knows better what failed there: its own record comes first.
"""

import re
from collections.abc import Iterable, Sequence

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param
from venvoy.domain.printable import printable
from venvoy.domain.uv_rules import RULES, Rule

EVIDENCE_LINES = 20

_READ_LINES = 1000
_READ_LENGTH = 4000
_LINE_LIMIT = 500
_REASON_LIMIT = 1500
_SIGKILL = 9
_URL = re.compile(r"https?://(?:[^/\s]*@)?(?P<host>[^/\s)`\"']+)")
_LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?")
_PACKAGE = re.compile(r"Failed to (?:download and build|download|fetch|build) `(?P<package>[^`]+)`")
_PATH = re.compile(r"`(?P<path>(?:/|[A-Za-z]:\\)[^`\n]+)`")
_STATUS = re.compile(r"\b(?:error \(|credentials \(|returned a )(?P<status>\d{3})\b")
_SPLIT = re.compile(r"for split \(markers: (?P<marker>.*)\)\s*$", re.MULTILINE)
_CAUSE = re.compile(r"^\s*cause: (?P<first>.*(?:\n(?!\s*(?:hint|cause):)\s*\S.*)*)", re.MULTILINE)
# Markers of the resolution stand in backticks before `-compatible`; nobody wrote them.
_MARKER_NOISE = re.compile(r"`[^`]*(?:sys_platform|python_full_version)[^`]*`-compatible")
_BECAUSE = re.compile(r"\bwe can conclude that ")


def classify(
    lines: Sequence[str], *, exit_code: int, step: Step, secrets: Iterable[str] = ()
) -> Cause:
    """Say why uv failed.

    Args:
        lines: its stderr, or both streams, in order.
        exit_code: negative for a signal as `subprocess` has it.
        step: what was being done.
        secrets: words that must not be repeated, such as the gateway's secret.

    Returns:
        A cause whose params always hold `package`, `path`, `status` and `host`, empty
        where unknown, `reason`, `exit_code`, and what the rule found.
    """
    hidden = tuple(secrets)
    said = _from_error(lines)
    text = "\n".join(line[:_READ_LENGTH] for line in said[:_READ_LINES])
    evidence = _evidence(said, hidden)
    if exit_code < 0:
        return _killed(-exit_code, step, evidence)
    for rule in RULES:
        match = rule.find(text)
        if match:
            return _cause(
                rule, match, text, step=step, exit_code=exit_code, evidence=evidence, hidden=hidden
            )
    params = _params(text, exit_code, hidden)
    return Cause("uv-failed", step, Hop.UV, params, evidence)


def split_marker(lines: Sequence[str]) -> str | None:
    """The marker of the machines for which a universal resolution failed."""
    match = _SPLIT.search("\n".join(lines))
    return match["marker"] if match else None


def explanation(text: str) -> str:
    """Return the reason that uv gives, without the resolution's own markers.

    Of a failed resolution that is the whole reasoning as one paragraph, of other
    errors the last and most exact cause, or the error itself where it has none.
    """
    causes = [" ".join(match["first"].split()) for match in _CAUSE.finditer(text)]
    if not causes:
        first = next((line for line in text.splitlines() if line.strip()), "")
        return first.strip().removeprefix("error: ")
    words = causes[0] if "Because " in causes[0] else causes[-1]
    return _BECAUSE.sub("", _MARKER_NOISE.sub("compatible", words))


def _cause(
    rule: Rule,
    match: re.Match[str],
    text: str,
    *,
    step: Step,
    exit_code: int,
    evidence: tuple[str, ...],
    hidden: tuple[str, ...],
) -> Cause:
    params = _params(text, exit_code, hidden)
    for name, value in match.groupdict().items():
        params[name] = printable(value, _LINE_LIMIT, hidden) if value else params.get(name, "")
    if rule.every:
        found = (printable(each["package"], _LINE_LIMIT) for each in rule.pattern.finditer(text))
        params["packages"] = list(dict.fromkeys(found))
    hop = rule.hop
    if hop is Hop.MIRROR and _LOOPBACK.fullmatch(str(params["host"])):
        hop = Hop.GATEWAY
    return Cause(rule.code, step, hop, params, evidence, rule.transient)


def _params(text: str, exit_code: int, hidden: tuple[str, ...]) -> dict[str, Param]:
    url, package, status = _URL.search(text), _PACKAGE.search(text), _STATUS.search(text)
    path = _PATH.search(text)
    return {
        "host": url["host"] if url else "",
        "package": printable(package["package"], 200, hidden) if package else "",
        "path": printable(path["path"], _LINE_LIMIT, hidden) if path else "",
        "status": status["status"] if status else "",
        "reason": printable(explanation(text), _REASON_LIMIT, hidden),
        "exit_code": exit_code,
    }


def _killed(signal: int, step: Step, evidence: tuple[str, ...]) -> Cause:
    # Often the kernel, out of memory, but nothing tells that from an administrator.
    code = "ended-from-outside" if signal == _SIGKILL else "killed"
    return Cause(code, step, Hop.NODE, {"signal": signal}, evidence, transient=True)


def _from_error(lines: Sequence[str]) -> Sequence[str]:
    """The lines from the first error on: warnings before it name what did no harm."""
    starts = (at for at, line in enumerate(lines) if line.lstrip().startswith("error"))
    return lines[next(starts, 0) :]


def _evidence(lines: Sequence[str], hidden: tuple[str, ...]) -> tuple[str, ...]:
    """The beginning and, where there are many lines, the end."""
    shown = [line for each in lines if (line := printable(each, _LINE_LIMIT, hidden))]
    if len(shown) > EVIDENCE_LINES:
        half = EVIDENCE_LINES // 2
        shown = [*shown[:half], *shown[-half:]]
    return tuple(shown)
