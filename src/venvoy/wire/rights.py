"""What a node's own file allows, as people see it."""

from pydantic import BaseModel, ConfigDict


class RightsProblem(BaseModel):
    """What is wrong with a node's file, with its words."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    hint: str = ""


class NodeRights(BaseModel):
    """What the file on a node allows; it is changed there and nowhere else.

    Attributes:
        file: its absolute path; None where there is none and the defaults hold.
        users: who may write to prefixes beside the agent's own user.
        groups: whose members may.
        run: whether `venvoy run` starts commands.
        run_as: the one user that it starts them as; None for whoever asks.
        checks: whether the checks of environments, imports and commands, run.
        checks_as: the one user that they run as; None for the agent's own.
        hooks: whether units are restarted and commands run after a switch.
        hooks_as: the one user that commands run as; None for the agent's own.
        hook_units: patterns of the units that may be restarted; None for any.
        problem: what is wrong with the file; the safest holds while it is.
    """

    model_config = ConfigDict(frozen=True)

    file: str | None = None
    users: list[str] = []
    groups: list[str] = []
    run: bool = True
    run_as: str | None = None
    checks: bool = True
    checks_as: str | None = None
    hooks: bool = True
    hooks_as: str | None = None
    hook_units: list[str] | None = None
    problem: RightsProblem | None = None
