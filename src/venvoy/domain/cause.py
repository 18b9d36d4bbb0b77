"""Why a piece of work failed, as a value.

No failure is silent: each carries a code with a remedy in the catalogue
(`causes.<code>.message` and `causes.<code>.remedy`), the step in which it
happened, the hop that is to blame and the lines that prove it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from venvoy.domain.errors import Param


class Step(StrEnum):
    """The part of an operation that was under way."""

    QUEUE = "queue"
    RESOLVE = "resolve"
    LOCK = "lock"
    INTERPRETER = "interpreter"
    VENV = "venv"
    FETCH = "fetch"
    INSTALL = "install"
    CHECK = "check"
    SWITCH = "switch"
    HOOK = "hook"
    REMOVE = "remove"


class Hop(StrEnum):
    """The place between a node and a package's file that failed."""

    CONTROLLER = "controller"
    NODE = "node"
    GATEWAY = "gateway"
    PROXY = "proxy"
    MIRROR = "mirror"
    DISK = "disk"
    INTERPRETER = "interpreter"
    REQUIREMENTS = "requirements"
    PACKAGE = "package"
    UV = "uv"


@dataclass(frozen=True, slots=True)
class Cause:
    """One typed cause of a failure.

    Attributes:
        code: key of the catalogue, kebab-case, never renamed.
        step: what was being done.
        hop: what is to blame.
        params: values that the catalogue's texts refer to.
        evidence: up to 20 lines of output that show it, secrets already redacted.
        transient: whether trying again unchanged may succeed.
    """

    code: str
    step: Step
    hop: Hop
    params: Mapping[str, Param] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    transient: bool = False
