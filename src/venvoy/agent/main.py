"""The composition root of the agent's process.

`python -m venvoy.agent` reads its settings, takes the data directory for itself,
puts the parts together and runs them until it is asked to stop. A fault at the
start is said in words on stderr and ends the process with 1, the removal of the node
with 4.
"""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from uv import find_uv_bin

from venvoy import __version__, texts
from venvoy.agent import log, memory
from venvoy.agent.archive_fetch import ArchiveFetch
from venvoy.agent.build import Builder
from venvoy.agent.collection import Collection
from venvoy.agent.collector import Collector
from venvoy.agent.commands import Commands
from venvoy.agent.compiler import Compiler
from venvoy.agent.controller import Controller, connections
from venvoy.agent.departure import AgentRemoved, depart
from venvoy.agent.directory import real, taken
from venvoy.agent.documents import Authority
from venvoy.agent.drift import Drift
from venvoy.agent.facts import Facts, own_libc, own_platform
from venvoy.agent.identity import identity
from venvoy.agent.interpreter_use import InterpreterUse
from venvoy.agent.interpreters import Interpreters, Places
from venvoy.agent.journal import Journal
from venvoy.agent.locks import Locks
from venvoy.agent.logbook import Logbook
from venvoy.agent.means import Means
from venvoy.agent.observer import Observer
from venvoy.agent.prefix import Layout
from venvoy.agent.processes import capture, end_leftovers
from venvoy.agent.pythons import Pythons
from venvoy.agent.reconciler import Reconciler
from venvoy.agent.reporter import Reporter
from venvoy.agent.rights import Access
from venvoy.agent.running import Agent
from venvoy.agent.scratch import Scratch
from venvoy.agent.seeding import Seeding
from venvoy.agent.session import Session, Uplink
from venvoy.agent.shipper import Shipper
from venvoy.agent.standing import Bulletin
from venvoy.agent.survey import Surveyor
from venvoy.agent.switch import Switch
from venvoy.agent.system import Pointers, on_stop
from venvoy.agent.tenure import Tenure
from venvoy.agent.turns import Turns
from venvoy.agent.use_report import UseReport
from venvoy.agent.use_watch import UseWatch
from venvoy.agent.uv import Uv, plain_environment
from venvoy.agent.way import Way
from venvoy.config import AgentSettings, environment_of_children, languages, rights_files
from venvoy.domain.errors import InvalidInput, Unavailable, VenvoyError
from venvoy.index.gateway import Gateway
from venvoy.index.official import default_route
from venvoy.index.server import GatewayAddress, GatewayServer
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.wire.messages import Heartbeat

_NOT_ALLOWED = 4
ADDRESS_FILE = "gateway.json"


def main(arguments: Sequence[str] = ()) -> int:
    """Run the agent and return its exit code.

    Args:
        arguments: `--data DIR`, for managers of services that set no variables.
    """
    memory.use_few_arenas()
    try:
        settings = _settings(arguments)
    except VenvoyError as error:
        return _failed(error)
    log.set_up(settings.log_level)
    try:
        asyncio.run(_until_signalled(settings))
    except VenvoyError as error:
        return _failed(error)
    except (OSError, sqlite3.Error) as error:
        log.error("agent-failed", exception=error)
        path = str(getattr(error, "filename", None) or settings.data)
        reason = getattr(error, "strerror", None) or str(error)
        return _failed(Unavailable("data-not-writable", path=path, reason=reason))
    return 0


def _settings(arguments: Sequence[str]) -> AgentSettings:
    match list(arguments):
        case ["--data", given]:
            data: Path | None = Path(given)
        case []:
            data = None
        case unknown:
            raise InvalidInput("option-unknown", option=unknown[0], command="venvoy.agent")
    try:
        return AgentSettings() if data is None else AgentSettings(data=data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(map(str, first["loc"]))
        raise InvalidInput("setting-invalid", name=name, reason=first["msg"]) from error
    except (OSError, ValueError) as error:
        raise InvalidInput("settings-unreadable", reason=str(error)) from error


def _failed(error: VenvoyError) -> int:
    print(_said(error), file=sys.stderr)  # noqa: T201 - the last words of the process
    # A supervisor starts the agent anew after 1; after a removal that would be in vain.
    return _NOT_ALLOWED if isinstance(error, AgentRemoved) else 1


async def _until_signalled(settings: AgentSettings) -> None:
    asked = asyncio.Event()
    on_stop(asked.set)
    await serve(settings, asked)


async def serve(settings: AgentSettings, asked: asyncio.Event) -> None:
    """Run the agent until `asked` is set.

    Raises:
        AgentRemoved: the node was removed; what that means here is done.
        VenvoyError: it cannot start.
    """
    layout = Layout(real(settings.data))
    with taken(layout):
        try:
            async with agent(settings, layout) as parts:
                log.info("started", version=__version__, node=parts.membership.node)
                await parts.run(asked)
        except AgentRemoved as removed:
            await asyncio.to_thread(depart, layout, removed.departed)
            raise
    log.info("stopped")


@asynccontextmanager
async def agent(settings: AgentSettings, layout: Layout) -> AsyncIterator[Agent]:
    """Put an agent together.

    Raises:
        VenvoyError: `agent-not-joined`, `membership-unreadable`, `gateway-port-in-use`,
            or the journal's.
    """
    membership, key = identity(layout)
    async with AsyncExitStack() as stack:
        journal = Journal.open(layout.journal)
        stack.callback(journal.close)
        _end_leftovers(journal)
        proxy = settings.proxy or membership.proxy
        http = await stack.enter_async_context(
            connections(membership.controller_url, membership.ca, proxy)
        )
        controller = Controller(http, membership.controller_url, key)
        server = _gateway(settings, layout)
        address = await server.start()
        stack.push_async_callback(server.stop)
        builder = _builder(settings, layout, journal, server.gateway, address, controller)
        uplink = Uplink(membership.node)
        reporter, logbook = Reporter(journal, uplink.status), Logbook(layout.logs)
        gone = _Gone()
        pythons = _pythons(builder, controller)
        observer, tenure = Observer(uplink.observed), Tenure(layout)
        drift = Drift(
            membership.node,
            journal,
            reporter,
            observer,
            every_s=settings.drift_seconds,
            sizes_s=settings.drift_sizes_seconds,
        )
        means = _means(settings, builder, pythons, drift, reporter, logbook, gone)
        authority = Authority(membership.node, membership.document_key)
        reconciler = Reconciler(authority, means)
        gone.reconciler = reconciler
        shipper, bulletin = Shipper(logbook, uplink.log), Bulletin(layout.standing)
        use = UseReport(uplink.used)
        bulletin.begin()
        stack.callback(bulletin.end)
        session = Session(
            key=key,
            controller=controller,
            uplink=uplink,
            reconciler=reconciler,
            reporter=reporter,
            shipper=shipper,
            observer=observer,
            use=use,
            commands=Commands(authority, Collection(means.collector, reconciler), Surveyor(layout)),
            beat=await _beat(membership.node, builder, tenure.instance),
            heartbeat_s=settings.heartbeat_seconds,
            resync_s=settings.resync_seconds,
            bulletin=bulletin,
            authority=authority,
            way=Way(membership.controller_url, membership.ca, proxy),
            tenure=tenure,
        )
        known = builder.interpreters
        known.listen(reconciler.able)
        known.listen(session.beat_soon)
        watch = UseWatch(layout, journal, use, every_s=settings.use_seconds)
        yield Agent(
            membership,
            reconciler,
            reporter,
            shipper,
            session,
            uplink,
            known,
            observer,
            drift,
            watch,
        )


def _builder(
    settings: AgentSettings,
    layout: Layout,
    journal: Journal,
    gateway: Gateway,
    address: GatewayAddress,
    controller: Controller,
) -> Builder:
    environment = plain_environment(environment_of_children())
    uv = Uv(Path(find_uv_bin()), layout.uv_cache, layout.work, address.simple, environment)
    return Builder(
        layout=layout,
        journal=journal,
        uv=uv,
        packages=gateway,
        gateway=address,
        interpreters=Interpreters(uv, _places(settings, layout)),
        use=InterpreterUse(journal),
        locks=Locks(layout.locks, controller),
        seeding=Seeding(layout.uv_cache / ".venvoy-pip"),
        scratch=Scratch(layout.uv_cache),
        access=_access(layout),
    )


def _pythons(builder: Builder, controller: Controller) -> Pythons:
    return Pythons(
        layout=builder.layout,
        journal=builder.journal,
        uv=builder.uv,
        interpreters=builder.interpreters,
        source=ArchiveFetch(controller),
        use=builder.use,
        platform=own_platform(),
    )


def _means(
    settings: AgentSettings,
    builder: Builder,
    pythons: Pythons,
    drift: Drift,
    reporter: Reporter,
    logbook: Logbook,
    gone: "_Gone",
) -> Means:
    layout, journal, links = builder.layout, builder.journal, Pointers()
    return Means(
        node=drift.node,
        journal=journal,
        builder=builder,
        switch=Switch(layout, journal, links, gone),
        collector=Collector(layout, journal, links),
        compiler=Compiler(builder.uv.environment, journal),
        drift=drift,
        reporter=reporter,
        logbook=logbook,
        pythons=pythons,
        turns=Turns(settings.concurrent_builds),
        now=_now,
    )


async def _beat(node: str, builder: Builder, instance: str) -> Callable[[], Heartbeat]:
    """What makes heartbeats, after the first look at this machine."""
    boot, version = builder.journal.boot(), await _uv_version(builder.uv)
    libc = await asyncio.to_thread(own_libc)
    data, access = builder.layout.data, builder.access
    facts = Facts(node, boot, version, data, _now, libc, instance, access)
    found = await builder.interpreters.all()
    log.info("interpreters", found=[each.fact.version for each in found])
    return lambda: facts.heartbeat(builder.use.told(builder.interpreters.known))


class _Gone:
    """Answers for the reconciler, which is made after those who ask."""

    reconciler: Reconciler | None = None

    def __call__(self, environment: str) -> bool:
        return self.reconciler is not None and self.reconciler.gone(environment)


def _now() -> datetime:
    return datetime.now(UTC)


def _gateway(settings: AgentSettings, layout: Layout) -> GatewayServer:
    limits = GatewaySettings()
    store = FileStore(layout.files, limits.retention)
    route = default_route(settings.default_mirror)
    gateway = Gateway(layout.files.parent, store, route, limits, f"venvoy/{__version__}")
    file = layout.identity / ADDRESS_FILE
    return GatewayServer(gateway, file, settings.gateway_port, limits.page_age_s)


def _access(layout: Layout) -> Access:
    """Read the rights of this machine; what is wrong with them is said at once."""
    access = Access(rights_files(layout.data))
    if (error := access.found().error) is not None:
        print(_said(error), file=sys.stderr)  # noqa: T201 - for the machine's administrator
        log.warning("rights-wrong", error=str(error))
    return access


def _places(settings: AgentSettings, layout: Layout) -> Places:
    environment = environment_of_children()
    root = environment.get("PYENV_ROOT")
    pyenv = Path(root) if root else Path.home() / ".pyenv"
    return Places(pyenv, tuple(settings.interpreters), managed=layout.pythons)


async def _uv_version(uv: Uv) -> str:
    _, data = await capture(uv.version())
    words = data.decode(errors="replace").split()
    return words[1] if len(words) > 1 else ""


def _end_leftovers(journal: Journal) -> None:
    """End what a killed agent left running; its prefixes are about to be deleted."""
    children = journal.children()
    ended = end_leftovers(children)
    if ended:
        log.warning("leftovers-ended", pids=ended)
    with suppress(sqlite3.Error):
        for pid, _ in children:
            journal.child_ended(pid)


def _said(error: VenvoyError) -> str:
    language = texts.pick_language(*languages())
    message = texts.text(language, f"errors.{error.code}.message", error.params) or str(error)
    hint = texts.text(language, f"errors.{error.code}.hint", error.params)
    return f"error: {message}" + (f"\n\nhint: {hint}" if hint else "")
