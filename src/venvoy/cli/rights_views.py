"""What a node's own file allows, as people read it in a terminal."""

from venvoy.cli.output import Output
from venvoy.wire.messages import RightsFact
from venvoy.wire.rights import NodeRights


def rights_of(
    output: Output, rights: NodeRights | RightsFact | None
) -> tuple[tuple[str, str], ...]:
    """Return the rows of a node's facts; none for a node that did not tell."""
    if rights is None:
        return ()
    groups = [output.words("rights-group", name=name) for name in rights.groups]
    writers = ", ".join([*rights.users, *groups]) or output.words("rights-agent-only")
    if not rights.run:
        runs = output.words("rights-run-refused")
    elif rights.run_as is None:
        runs = output.words("rights-run-anyone")
    else:
        runs = output.words("rights-run-as", user=rights.run_as)
    units = output.words("rights-any-unit")
    if rights.hook_units is not None:
        units = ", ".join(rights.hook_units) or output.words("rights-no-unit")
    return (
        ("writers", writers),
        ("runs", runs),
        ("checked_as", _as(output, rights.checks_as, allowed=rights.checks)),
        ("hooked_as", _as(output, rights.hooks_as, allowed=rights.hooks)),
        ("hook_units", units if rights.hooks else output.words("rights-no-unit")),
        ("rights_file", rights.file or ""),
    )


def _as(output: Output, user: str | None, *, allowed: bool) -> str:
    if not allowed:
        return output.words("rights-run-refused")
    return output.words("rights-run-as", user=user) if user else output.words("rights-agent-only")
