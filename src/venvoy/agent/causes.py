"""Typed causes for what goes wrong on the node itself.

What uv prints is read by `venvoy.domain.uv_output`, what the gateway meets by
`venvoy.index.problem`; here are the operating system's errors and the choice of
whom to believe when several speak.
"""

import errno
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Conflict, InvalidInput, Param, VenvoyError
from venvoy.domain.printable import printable
from venvoy.domain.uv_output import EVIDENCE_LINES
from venvoy.index.problem import Problem, cause_of

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}
# Processes that cannot be started, files that cannot be opened: not the disk's fault.
_MACHINE = {
    errno.ENOMEM: "out-of-memory",
    errno.EAGAIN: "out-of-memory",
    errno.EMFILE: "too-many-open-files",
    errno.ENFILE: "too-many-open-files",
}
_TEXT_LIMIT = 2000
_LINE_LIMIT = 500
_LIST_LIMIT = 200


class StepFailed(Exception):
    """A step of an operation failed, and this is why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.code)
        self.cause = cause


def cause_of_error(error: BaseException, step: Step) -> Cause:
    """Return the cause that an exception gives to the step under way.

    Whatever it quotes, file names and foreign output included, is harmless and short
    enough to be sent: a status that cannot leave would hold up all others.
    """
    return _harmless(_cause(error, step))


def _harmless(cause: Cause) -> Cause:
    params: dict[str, Param] = {}
    for name, value in cause.params.items():
        if isinstance(value, str):
            params[name] = printable(value, _TEXT_LIMIT)
        elif isinstance(value, list):
            params[name] = [printable(each, _LINE_LIMIT) for each in value[:_LIST_LIMIT]]
        else:
            params[name] = value
    evidence = tuple(printable(line, _LINE_LIMIT) for line in cause.evidence[:EVIDENCE_LINES])
    return replace(cause, params=params, evidence=evidence)


def _cause(error: BaseException, step: Step) -> Cause:
    if isinstance(error, StepFailed):
        return error.cause
    if isinstance(error, sqlite3.Error):
        return _of_journal(error, step)
    if isinstance(error, OSError):
        return _of_system(error, step)
    if isinstance(error, VenvoyError):
        return _of_expected(error, step)
    if isinstance(error, MemoryError):
        return Cause("out-of-memory", step, Hop.NODE, transient=True)
    # A fault of this program: named as such, and worth a second try.
    detail = f"{type(error).__name__}: {error}"
    return Cause("agent-fault", step, Hop.NODE, {"detail": detail}, (detail,), transient=True)


def _of_system(error: OSError, step: Step) -> Cause:
    params = {"path": str(error.filename or ""), "reason": error.strerror or str(error)}
    evidence = (str(error),)
    if error.errno in _FULL:
        return Cause("disk-full", step, Hop.DISK, params, evidence)
    if error.errno in _REFUSED:
        return Cause("data-not-writable", step, Hop.DISK, params, evidence)
    if error.errno in _MACHINE:
        return Cause(_MACHINE[error.errno], step, Hop.NODE, params, evidence, transient=True)
    return Cause("disk-error", step, Hop.DISK, params, evidence, transient=True)


def _of_journal(error: sqlite3.Error, step: Step) -> Cause:
    reason = str(error)
    params = {"path": "journal.db", "reason": reason}
    if "full" in reason:
        return Cause("disk-full", step, Hop.DISK, params, (reason,))
    if "readonly" in reason or "unable to open" in reason:
        return Cause("data-not-writable", step, Hop.DISK, params, (reason,))
    return Cause("disk-error", step, Hop.DISK, params, (reason,), transient=True)


def _of_expected(error: VenvoyError, step: Step) -> Cause:
    hop = Hop.INTERPRETER if error.code == "python-not-found" else Hop.NODE
    # A path that somebody occupies may be cleared; wrong input stays wrong.
    transient = isinstance(error, Conflict) or not isinstance(error, InvalidInput)
    return Cause(error.code, step, hop, dict(error.params), transient=transient)


_UV_KNOWS_BEST = {Hop.DISK, Hop.INTERPRETER, Hop.REQUIREMENTS}
# Of the other hops, what no mirror can bring about.
_NEVER_A_MIRROR = {
    "ended-from-outside",
    "file-in-use",
    "killed",
    "no-wheel-for-platform",
    "no-wheel-for-python",
    "only-source",
    "out-of-memory",
    "path-too-long",
    "permission-denied",
    "too-many-open-files",
}


def blamed(problems: Sequence[Problem], by_uv: Cause) -> Cause:
    """Return the cause of a failed step of uv: the gateway's record first.

    The gateway saw the mirror itself; uv saw only the gateway. But what concerns the
    node's own disk, processes, interpreter or wishes the gateway cannot have seen, and
    a problem that it notes may have been overcome. Of several problems the last one
    counts, unless an earlier one cannot pass by itself.

    Args:
        problems: of this build, the oldest first.
        by_uv: what uv's text says.
    """
    if not problems or by_uv.hop in _UV_KNOWS_BEST or by_uv.code in _NEVER_A_MIRROR:
        return by_uv
    lasting = [problem for problem in problems if not problem.transient]
    cause = cause_of((lasting or list(problems))[-1], by_uv.step)
    evidence = (*cause.evidence, *by_uv.evidence)[:EVIDENCE_LINES]
    return Cause(cause.code, cause.step, cause.hop, cause.params, evidence, cause.transient)
