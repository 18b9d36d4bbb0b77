"""`venvoy find REQUIREMENT`: where a release or a file is, over the whole fleet."""

from collections.abc import Sequence

import typer

from venvoy.cli.output import Output
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command
from venvoy.wire.find import Basis, Found, FoundKind

REQUIREMENT = typer.Argument("", metavar="[REQUIREMENT]", help="cli.help.find.requirement")
FILE = typer.Option("", "--file", metavar="NAME", help="cli.help.find.file")
KIND = typer.Option(None, "--only", metavar="K", help="cli.help.find.only")


def add(app: typer.Typer) -> None:
    """Add the command to the tree."""
    command(app, "find", find, "find.command")


def find(
    context: typer.Context,
    requirement: str = REQUIREMENT,
    file: str = FILE,
    only: FoundKind | None = KIND,
) -> None:
    """Find the replicas and revisions that hold something."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.find(requirement=requirement, file=file, kind=only))
    if here.output.as_json:
        here.output.listing(found)
    else:
        _show(here.output, found, by_file=bool(file))


def _show(output: Output, found: Sequence[Found], *, by_file: bool) -> None:
    replicas = [each for each in found if each.kind is FoundKind.REPLICA]
    revisions = [each for each in found if each.kind is FoundKind.REVISION]
    if not found:
        output.say("find-none")
        return
    if replicas:
        output.table(
            ("node", "environment", "package", "version", "revision", "lock", "known", "observed"),
            (_replica(output, each) for each in replicas),
        )
    if replicas and revisions:
        output.line("")
    if revisions:
        output.table(
            ("environment", "revision", "package", "version", "use", "live-on"),
            (
                (
                    each.environment,
                    each.revision,
                    each.package,
                    each.version,
                    output.term("find-uses", each.use),
                    each.live_on,
                )
                for each in revisions
            ),
        )
    nodes = len({each.node for each in replicas})
    output.say("find-counts", replicas=len(replicas), nodes=nodes, revisions=len(revisions))
    if by_file:
        output.say("find-by-file")
    elif any(each.basis is Basis.LOCKED for each in replicas):
        output.say("find-by-lock")


def _replica(output: Output, each: Found) -> tuple[object, ...]:
    name = output.words("find-deleted", name=each.environment) if each.deleted else each.environment
    at = f"{each.observed_at.astimezone():%Y-%m-%d %H:%M}" if each.observed_at else ""
    version = each.version
    if each.basis is Basis.LOCKED and each.seen is not None and each.seen != version:
        version = output.words("find-seen", version=version, seen=each.seen)
    return (
        each.node,
        name,
        each.package,
        version,
        each.revision,
        output.words("find-same") if each.as_locked else (", ".join(each.locked) or "–"),
        output.term("find-bases", each.basis),
        at,
    )
