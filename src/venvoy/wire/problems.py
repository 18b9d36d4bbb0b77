"""What went wrong, as the HTTP API tells it."""

from venvoy.wire.messages import Scalar
from venvoy.wire.schemas import Output


class CauseView(Output):
    """Why work failed, with the words in the reader's language."""

    code: str
    step: str
    hop: str
    params: dict[str, Scalar] = {}
    evidence: list[str] = []
    transient: bool = False
    message: str
    remedy: str


class RequirementIssue(Output):
    """One refused line of a requirements text."""

    line: int
    code: str
    params: dict[str, Scalar] = {}
    message: str
    hint: str | None = None


class Problem(Output):
    """RFC 9457 problem details, with the stable code and its parameters."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    params: dict[str, object] = {}
    message: str
    hint: str | None = None
    lines: list[RequirementIssue] = []
    cause: CauseView | None = None
