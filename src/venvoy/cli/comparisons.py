"""`venvoy env diff A B`: what differs between two revisions, or what nodes hold."""

from collections.abc import Sequence

import typer

from venvoy.cli.output import Output
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command
from venvoy.domain.comparison import Kind
from venvoy.wire.comparisons import ComparedSide, ComparedValue, Comparison

_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~", Kind.SAME: "="}

A = typer.Argument(metavar="A", help="cli.help.diff.a")
B = typer.Argument(metavar="B", help="cli.help.diff.b")
ALL = typer.Option(False, "--all", help="cli.help.diff.all")


def add(environments: typer.Typer) -> None:
    """Add the command to those of environments."""
    command(environments, "diff", diff, "diff.command")


def diff(context: typer.Context, a: str = A, b: str = B, everything: bool = ALL) -> None:
    """Show what differs between two sides."""
    here = surroundings(context)
    with here.client() as client:
        found = client.compare(a, b, everything=everything)
    if here.output.as_json:
        here.output.document(found)
    else:
        _show(here.output, found)


def _show(output: Output, found: Comparison) -> None:
    if found.entries:
        before, after = _side(output, found.before), _side(output, found.after)
        output.table(
            ("change", "part", "entry", "before", "after"),
            (
                (
                    _SIGNS[each.kind],
                    output.term("comparison-parts", each.part.value),
                    each.name,
                    _values(output, each.before),
                    _values(output, each.after),
                )
                for each in found.entries
            ),
        )
        output.say("diff-counts", before=before, after=after, **_counts(found))
    if found.counts[Kind.SAME] == sum(found.counts.values()):
        output.say("diff-none")
    for side in (found.before, found.after):
        if side.node and side.observed_at is None:
            output.say("diff-untold", node=side.node, revision=side.revision)


def _counts(found: Comparison) -> dict[str, int]:
    return {kind.value: count for kind, count in found.counts.items()}


def _side(output: Output, side: ComparedSide) -> str:
    name = f"{side.environment}@{side.revision}"
    if side.node is None:
        return name
    return output.words(
        "diff-held-on-node" if side.observed_at else "diff-on-node", side=name, node=side.node
    )


def _values(output: Output, values: Sequence[ComparedValue]) -> str:
    return ", ".join(_value(output, each) for each in values)


def _value(output: Output, value: ComparedValue) -> str:
    text = f"{value.text} ; {value.marker}" if value.marker else value.text
    return f"{text} ({output.term('origins', value.origin)})" if value.origin else text
