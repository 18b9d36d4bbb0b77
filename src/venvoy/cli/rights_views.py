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
    if not rights.checks:
        checks = output.words("rights-run-refused")
    elif rights.checks_as is None:
        checks = output.words("rights-agent-only")
    else:
        checks = output.words("rights-run-as", user=rights.checks_as)
    return (
        ("writers", writers),
        ("runs", runs),
        ("checked_as", checks),
        ("rights_file", rights.file or ""),
    )
