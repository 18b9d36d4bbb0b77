"""`python -m bench.scale.agents URL FOLDER COUNT`: many agents in one process.

Reads join tokens' text from standard input, joins as `COUNT` nodes with the label
`bench=yes`, prints `joined` and then works until its input ends. Each build that begins
is a line of `FOLDER/started.txt`: environment, revision, node, seconds since 1970.
"""

import asyncio
import gc
import random
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast

from aiohttp import ClientSession, TCPConnector

from bench.scale import fakes
from venvoy.agent import log
from venvoy.agent.build import Builder, Order
from venvoy.agent.collection import Collection
from venvoy.agent.collector import Collector
from venvoy.agent.commands import Commands
from venvoy.agent.compiler import Compiler
from venvoy.agent.controller import Controller
from venvoy.agent.documents import Authority
from venvoy.agent.drift import Drift
from venvoy.agent.journal import Journal
from venvoy.agent.locks import Locks
from venvoy.agent.logbook import Logbook
from venvoy.agent.means import Means
from venvoy.agent.observer import Observer
from venvoy.agent.prefix import Layout
from venvoy.agent.pythons import Pythons
from venvoy.agent.reconciler import Reconciler
from venvoy.agent.reporter import Reporter
from venvoy.agent.session import Session, Uplink
from venvoy.agent.shipper import Shipper
from venvoy.agent.standing import Bulletin
from venvoy.agent.survey import Surveyor
from venvoy.agent.switch import Switch
from venvoy.agent.tenure import Tenure
from venvoy.agent.turns import Turns
from venvoy.agent.use_report import UseReport
from venvoy.agent.way import Way
from venvoy.wire.joining import JoinToken, NodeJoin
from venvoy.wire.nkey import KeyPair, Role

_AT_ONCE = 8
_HEARTBEAT_S = 10.0
_RESYNC_S = 300.0
_DAY_S = 86_400.0


async def main(url: str, folder: Path, count: int) -> None:
    """Join and work until standard input ends."""
    loop = asyncio.get_running_loop()
    token = JoinToken.decode((await loop.run_in_executor(None, sys.stdin.readline)).strip())
    turns = asyncio.Semaphore(_AT_ONCE)
    with (folder / "started.txt").open("a", buffering=1, encoding="ascii") as started:
        async with AsyncExitStack() as stack:
            # As many connections as there are machines, for each would have its own.
            connector = TCPConnector(limit=0)
            http = await stack.enter_async_context(ClientSession(connector=connector))

            async def one(number: int) -> list[Coroutine[Any, Any, None]]:
                async with turns:
                    return await _agent(url, folder / str(number), http, token, number, started)

            loops = await asyncio.gather(*map(one, range(count)))
            tasks = [asyncio.create_task(each) for own in loops for each in own]
            # What lives as long as the process is not looked through again and again.
            gc.collect()
            gc.freeze()
            print("joined", flush=True)
            await loop.run_in_executor(None, sys.stdin.read)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _agent(
    url: str, data: Path, http: ClientSession, token: JoinToken, number: int, started: TextIO
) -> list[Coroutine[Any, Any, None]]:
    layout, key = Layout(data), KeyPair.generate(Role.USER)
    layout.make()
    layout.identity.mkdir(parents=True, exist_ok=True)
    controller = Controller(http, url, key)
    wish = NodeJoin(secret=token.secret, name=f"sim-{number:05d}", labels={"bench": "yes"})
    node = (await controller.join(wish)).node
    journal, logbook = Journal.open(layout.journal), Logbook(layout.logs)
    uplink, tenure = Uplink(node), Tenure(layout)
    reporter, observer = Reporter(journal, uplink.status), Observer(uplink.observed)

    def begun(order: Order, at: float) -> None:
        started.write(f"{order.environment} {order.revision} {node} {at:.6f}\n")

    builder = fakes.Builder(layout, journal, Locks(layout.locks, controller), begun)
    authority = Authority(node, token.document_key)
    means = Means(
        node=node,
        journal=journal,
        builder=cast("Builder", builder),
        switch=Switch(layout, journal, fakes.Links(), lambda _: False),
        collector=cast("Collector", fakes.Collector()),
        compiler=cast("Compiler", fakes.Compiler()),
        drift=Drift(node, journal, reporter, observer, every_s=_DAY_S, sizes_s=_DAY_S),
        reporter=reporter,
        logbook=logbook,
        pythons=cast("Pythons", fakes.Pythons()),
        turns=Turns(2),
        now=lambda: datetime.now(UTC),
    )
    reconciler = Reconciler(authority, means)
    await reconciler.start()
    shipper = Shipper(logbook, uplink.log)
    session = Session(
        key=key,
        controller=controller,
        uplink=uplink,
        reconciler=reconciler,
        reporter=reporter,
        shipper=shipper,
        observer=observer,
        use=UseReport(uplink.used),
        commands=Commands(authority, Collection(means.collector, reconciler), Surveyor(layout)),
        beat=lambda: fakes.heartbeat(node, tenure.instance),
        heartbeat_s=_HEARTBEAT_S,
        resync_s=_RESYNC_S,
        bulletin=cast("Bulletin", fakes.Bulletin()),
        authority=authority,
        way=Way(url),
        tenure=tenure,
    )
    return [
        session.run(),
        _after(random.uniform(0, _HEARTBEAT_S), session.keep_beating()),  # noqa: S311 - spread
        session.keep_resyncing(),
        reporter.run(),
        shipper.run(),
    ]


async def _after(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    await asyncio.sleep(seconds)
    await work


if __name__ == "__main__":
    log.set_up("error")
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
