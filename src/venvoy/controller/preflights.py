"""Preflights: what a requirements text needs and where it fits, before it is anybody's.

Resolved as a new environment would be, with one difference: packages without a wheel
end nothing, they are listed. Nothing is stored. Syntax is refused as everywhere, line by
line; what uv cannot satisfy is an answer, with the lines that take part.
"""

import asyncio
import re
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from venvoy.controller import overrides, placements, preflight_view, proposals, views, wishes
from venvoy.controller.context import Actor, Context, ResolveRequest
from venvoy.controller.knowledge import gather
from venvoy.controller.preflight_view import Findings
from venvoy.controller.proposals import Base
from venvoy.domain.block import Block
from venvoy.domain.cause import Cause
from venvoy.domain.cooling import CoolDown
from venvoy.domain.errors import InvalidInput, TimedOut
from venvoy.domain.lock import Lock
from venvoy.domain.placement import Wish
from venvoy.domain.proposal import Proposal
from venvoy.domain.python import parse_python
from venvoy.domain.requirement import parse_requirements
from venvoy.domain.requirement_line import RequirementProblem, parse_line
from venvoy.domain.requirement_lines import logical_lines
from venvoy.domain.role import Role, require
from venvoy.domain.wheel import is_usable
from venvoy.store import blocks, locks, python_archives, revisions
from venvoy.store.nodes import NodeRow
from venvoy.store.python_archives import ArchiveRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage
from venvoy.wire.plans import Preflight, PreflightLine, PreflightWish
from venvoy.wire.problems import CauseView

LIMIT_S = 60.0
"""How long somebody waits, the turn included."""

_SHOWN = 200
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class _Own:
    """One of the user's own lines with the package that it names."""

    line: int
    text: str
    package: str


async def preflight(
    ctx: Context, actor: Actor, wish: PreflightWish, *, language: str = "en"
) -> Preflight:
    """Say what a requirements text needs, and where it fits.

    Raises:
        Forbidden: `role-too-low`: it makes the controller ask indexes and addresses.
        InvalidInput: what `venvoy.domain.requirement` and `.python` refuse;
            `python-not-found`, where none was given and the node has none;
            `placement-required`, where none was given and there is no node.
        ResolveFailed: uv could not be run.
        TimedOut: `plan-too-slow`.
    """
    require(actor.role, Role.OPERATOR)
    nodes, proposal, live, catalogue = await _asked(ctx, wish)
    python, pythons = proposal.python, proposal.pythons
    targets = placements.targets(nodes, pythons)
    unwanted, cooling = await _limits(ctx, wish, proposal)
    request = ResolveRequest(
        proposal.spec, live=live, targets=targets, blocks=unwanted, cooling=cooling
    )
    try:
        async with asyncio.timeout(LIMIT_S), ctx.planning:
            survey = await ctx.resolver.survey(request, _unheard)
    except TimeoutError:
        raise TimedOut("plan-too-slow", limit=LIMIT_S) from None
    own = _own(wish.requirements)
    if survey.lock is None:
        return Preflight(
            python=python,
            resolved=False,
            targets=[],
            packages=[],
            nodes=preflight_view.nodes(nodes, pythons, catalogue),
            cause=_cause(survey.cause, language),
            lines=_lines(own, _named(survey.cause) | survey.left_out),
        )
    columns = preflight_view.columns(nodes, request, pythons)
    doubtful = _doubtful(survey.lock, columns) | survey.left_out
    known = await gather(ctx.catalogue, survey.lock, doubtful)
    findings = Findings(request, survey, known, columns)
    shown = await asyncio.to_thread(preflight_view.packages, findings)
    lacking = preflight_view.lacking(shown, columns)
    return Preflight(
        python=python,
        resolved=not lacking,
        targets=preflight_view.targets(findings, shown),
        packages=shown,
        nodes=preflight_view.nodes(nodes, pythons, catalogue),
        lines=_lines(own, lacking),
    )


async def _limits(
    ctx: Context, wish: PreflightWish, proposal: Proposal
) -> tuple[tuple[Block, ...], CoolDown | None]:
    """Return what must not be chosen: blocked, or too young for the environment that it is for."""
    async with ctx.db.read() as tx:
        unwanted = await blocks.everything(tx)
        if wish.environment is None:
            return unwanted, None
        environment = (await proposals.load(tx, wish.environment)).environment
    return unwanted, proposals.policy_of(environment, proposal).cooling(ctx.clock())


async def _asked(
    ctx: Context, wish: PreflightWish
) -> tuple[list[NodeRow], Proposal, Lock | None, list[ArchiveRow]]:
    """Return the nodes, the whole wish, the pins to prefer, and what could be installed.

    What is not given is that of the environment that it is for, if it is for one.
    """
    asked = None if wish.python is None else parse_python(wish.python)
    base, live = None, None
    async with ctx.db.read() as tx:
        catalogue = await python_archives.everything(tx)
        if wish.environment is not None:
            base = await proposals.load(tx, wish.environment)
            live = await _live(tx, base)
    if base is not None and wish.placement is None:
        nodes = await placements.with_facts(ctx, base.nodes)
    else:
        needed = asked is None and base is None
        nodes = await _nodes(ctx, wishes.placement(wish.placement), needed=needed)
    before = None if base is None else base.proposal
    if before is not None and "requirements" not in wish.model_fields_set:
        requirements = before.requirements
    else:
        requirements = parse_requirements(wish.requirements)
    wanted = () if before is None else before.overrides
    if wish.python_for is not None:
        wanted = overrides.overrides(wish.python_for)
        overrides.check(wanted, nodes)
    plain = overrides.others(nodes, wanted)
    if before is not None and asked is None:
        python = placements.choose_python(plain, before.wish, before.python)
    else:
        python = asked or placements.choose_python(plain, None)
    platforms = tuple(sorted(set(wish.platforms)))
    if before is not None and "platforms" not in wish.model_fields_set:
        platforms = before.platforms
    made = Proposal(requirements, python, asked, platforms, overrides=wanted)
    return nodes, made, live, catalogue


async def _live(tx: Transaction, base: Base) -> Lock | None:
    number = base.environment.revision
    row = None if number is None else await revisions.get(tx, base.environment.id, number)
    return None if row is None else await locks.get(tx, row.lock_digest)


async def _nodes(ctx: Context, wish: Wish, *, needed: bool) -> list[NodeRow]:
    """Return the nodes that a wish is for; none where it names none and there is no `local`."""
    try:
        return await placements.nodes_for(ctx, wish)
    except InvalidInput as error:
        if needed or error.code != "placement-required":
            raise
        return []


def _doubtful(lock: Lock, columns: list[preflight_view.Column]) -> frozenset[str]:
    """Packages whose pages have to be read: some machine may find no wheel of them."""
    platforms = [(column.machine.target.platform,) for column in columns]
    minors = tuple(sorted({column.machine.target.minor for column in columns}))
    return frozenset(
        package.name
        for package in lock.packages
        if not all(
            any(is_usable(file.name, platform, (minor,)) for file in package.files)
            for platform in platforms
            for minor in minors
        )
    )


def _own(text: str) -> list[_Own]:
    found = []
    for line, words in logical_lines(text):
        parsed = parse_line(line, words) if words else None
        if parsed is not None and not isinstance(parsed, RequirementProblem):
            found.append(_Own(line, words[:_SHOWN], parsed.name))
    return found


def _named(cause: Cause | None) -> frozenset[str]:
    """The packages that a cause names: in its parameters and in uv's explanation."""
    if cause is None:
        return frozenset()
    listed = cause.params.get("packages")
    words = [*listed] if isinstance(listed, list) else []
    words += [str(cause.params.get("package") or "")]
    words += _WORD.findall(str(cause.params.get("reason") or ""))
    return frozenset(canonicalize_name(word.partition("==")[0]) for word in words if word)


def _lines(own: list[_Own], packages: frozenset[str]) -> list[PreflightLine]:
    return [
        PreflightLine(line=each.line, text=each.text) for each in own if each.package in packages
    ]


def _cause(cause: Cause | None, language: str) -> CauseView | None:
    document = None if cause is None else CauseMessage.of(cause).model_dump(mode="json")
    return views.cause(document, language)


def _unheard(_line: str) -> None:
    """What uv says on the way is nobody's; why it failed is in the cause."""
