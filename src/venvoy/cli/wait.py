"""Waiting for an environment: its resolution, then its replicas, with a progress bar.

Waits for the replicas on nodes that are online and names those that are not. A
controller that restarts meanwhile is asked again until the time is up.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from venvoy.cli.output import Output, clean, size
from venvoy.cli.problem import cause_message, report_cause
from venvoy.cli.rollouts import standing
from venvoy.cli.surroundings import Surroundings
from venvoy.client import Client
from venvoy.domain.errors import Param, TimedOut, Unavailable, WorkFailed
from venvoy.domain.rollout import Phase, Reason
from venvoy.domain.state import SETTLED, EnvironmentState, NodeState, OperationState, ReplicaState
from venvoy.wire.environments import Environment, Replica
from venvoy.wire.operations import Operation

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Value = TypeVar("Value")
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 1.0
_GROWTH = 1.2
"""Quick work is seen at once; an hour's work is asked for once a second."""
_PATIENCE = 60.0
"""Seconds for which a controller may be away while somebody waits."""
_BAR_CELLS = 20
_NOBODY = frozenset({Reason.NOBODY_ONLINE, Reason.NOBODY_GOOD})
"""A rollout goes on once a node comes or is mended: no work that is under way is waited for."""
_USABLE = frozenset({ReplicaState.READY, ReplicaState.DRIFTED})
"""States in which what is wanted is live; by hand it may have been changed since."""


class Deadline:
    """A bound on a wait; `seconds` None means none."""

    def __init__(self, here: Surroundings, seconds: float | None) -> None:
        self.clock = here.clock
        self._sleep = here.sleep
        self._end = None if seconds is None else here.clock() + seconds
        self._pause = _FIRST_PAUSE

    def pause(self, subject: str) -> None:
        """Sleep for one interval, longer each time. Raises TimedOut once the time is up."""
        left = None if self._end is None else self._end - self.clock()
        if left is not None and left <= 0:
            raise TimedOut("wait-timed-out", name=subject)
        self._sleep(self._pause if left is None else min(self._pause, left))
        self._pause = min(self._pause * _GROWTH, _LONGEST_PAUSE)


@contextmanager
def interruptible(output: Output, key: str, **params: object) -> Iterator[None]:
    """Say on Ctrl-C what becomes of the work, and pass it on."""
    try:
        yield
    except KeyboardInterrupt:
        output.say(key, **params)
        raise


def patiently(ask: Callable[[], Value], deadline: Deadline, subject: str) -> Value:
    """Return what `ask` returns, asking again while the controller is away.

    Raises:
        Unavailable: it was away for a minute on end.
    """
    gone_since: float | None = None
    while True:
        try:
            return ask()
        except Unavailable:
            now = deadline.clock()
            gone_since = now if gone_since is None else gone_since
            if now - gone_since > _PATIENCE:
                raise
            deadline.pause(subject)


def resolved(
    client: Client, here: Surroundings, answer: Environment | Operation, name: str
) -> Environment:
    """Return the environment once its resolution has ended.

    Raises:
        WorkFailed: the resolution failed or was cancelled; nothing has changed.
    """
    if isinstance(answer, Environment):
        return answer
    deadline = Deadline(here, None)
    here.output.say("still-resolving", operation=answer.id)
    operation = answer
    while not operation.state.ended:
        deadline.pause(name)
        operation = patiently(lambda: client.operation(answer.id), deadline, name)
    if operation.state is OperationState.SUCCEEDED:
        return client.environment(name)
    if operation.cause:
        report_cause(here.output, operation.cause)
    raise WorkFailed("resolution-failed", name=name, operation=operation.id)


def until_ready(
    client: Client,
    here: Surroundings,
    name: str,
    *,
    timeout: float | None = None,
    revision: int | None = None,
) -> Environment:
    """Return the environment once every replica on an online node is ready.

    Args:
        timeout: seconds, or None to wait as long as it takes.
        revision: the one that is waited for; None for the newest that is seen meanwhile.

    Raises:
        WorkFailed: a replica failed, and its cause was printed; or `rollout-held`,
            where a revision waits for a person or a window, or `rollout-went-back`.
        TimedOut: the time was up first.
    """
    deadline, newest = Deadline(here, timeout), revision or 0
    with _bars(here.output) as bars:
        while True:
            environment = patiently(lambda: client.environment(name), deadline, name)
            newest = max(newest, environment.revision or 0)
            awaited = [r for r in environment.replicas if r.node_state is not NodeState.OFFLINE]
            bars.show(awaited)
            moving = [r for r in awaited if r.state not in SETTLED and not _stuck(r)]
            if environment.state is not EnvironmentState.RESOLVING and not moving:
                _refuse_held(here.output, environment)
                if environment.rollout is None or environment.rollout.reason in _NOBODY:
                    break
            deadline.pause(name)
    if (environment.revision or 0) < newest:
        raise WorkFailed("rollout-went-back", name=name, revision=newest)
    _conclude(here.output, environment, awaited)
    return environment


def until_ended(
    here: Surroundings, client: Client, operation: Operation, timeout: float | None
) -> Operation:
    """Return an operation once it has ended; as it is where its node is away.

    Raises:
        TimedOut: the time was up first.
    """
    deadline, node = Deadline(here, timeout), operation.node or ""
    while not operation.state.ended:
        shown = patiently(lambda: client.node(node), deadline, node)
        if shown.state is NodeState.OFFLINE:
            here.output.say("nodes-away", nodes=node)
            return operation
        deadline.pause(node)
        operation = patiently(partial(client.operation, operation.id), deadline, node)
    return operation


def _stuck(replica: Replica) -> bool:
    """Whether it waits for something that only people can change: no work is under way."""
    return replica.state is ReplicaState.WAITING and replica.operation is None


def _refuse_held(output: Output, environment: Environment) -> None:
    """Raise WorkFailed where nothing goes on until a person or a window lets it."""
    rollout = environment.rollout
    if rollout is None:
        return
    about: dict[str, Param] = {"name": environment.name, "revision": rollout.revision}
    if environment.state is EnvironmentState.PAUSED:
        output.say("rollout-is", name=environment.name, standing=standing(output, rollout))
        raise WorkFailed("rollout-held", **about)
    if rollout.phase is Phase.RETURNING:
        raise WorkFailed("rollout-went-back", **about)


def _conclude(output: Output, environment: Environment, awaited: list[Replica]) -> None:
    away = [r.node for r in environment.replicas if r.node_state is NodeState.OFFLINE]
    if away:
        output.say("nodes-away", nodes=", ".join(away))
    failed = [r for r in awaited if r.state not in _USABLE]
    for replica in failed:
        state = output.term("states", replica.state)
        output.say("replica-not-ready", node=replica.node, state=state)
        if replica.cause:
            report_cause(output, replica.cause)
    if failed:
        nodes = ", ".join(replica.node for replica in failed)
        raise WorkFailed("environment-not-ready", name=environment.name, nodes=nodes)
    for replica in awaited:
        if replica.state is ReplicaState.DRIFTED:
            output.say("replica-drifted", node=replica.node, name=environment.name)
        output.say(
            "replica-ready",
            name=environment.name,
            revision=replica.live_revision,
            node=replica.node,
            python=replica.python_version or "",
            path=replica.path or "",
        )


class _Bars:
    """One line per replica: a moving bar on a terminal, changes of state elsewhere."""

    def __init__(self, output: Output, progress: "Progress | None") -> None:
        self._output = output
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._states: dict[str, str] = {}

    def show(self, replicas: list[Replica]) -> None:
        """Bring the lines up to date."""
        for replica in replicas:
            if self._progress is not None:
                self._draw(self._progress, replica)
            elif self._states.get(replica.node) != replica.state.value:
                self._output.say("replica-state", node=replica.node, state=self._state(replica))
            self._states[replica.node] = replica.state.value

    def _draw(self, progress: "Progress", replica: Replica) -> None:
        done = replica.progress
        figures = ""
        if done is not None and replica.state is not ReplicaState.WAITING:
            figures = f"{done.packages_done}/{done.packages_total}"
            if done.bytes_total:
                figures += f"  {size(done.bytes_done)}/{size(done.bytes_total)}"
        settled = replica.state in SETTLED
        shown: dict[str, Any] = {
            "description": f"{clean(replica.node)} {self._state(replica)}",
            "text": figures,
            "completed": 1 if settled else done.packages_done if done else 0,
            "total": 1 if settled else (done.packages_total or None) if done else None,
        }
        if replica.node in self._tasks:
            progress.update(self._tasks[replica.node], **shown)
        else:
            self._tasks[replica.node] = progress.add_task(**shown)

    def _state(self, replica: Replica) -> str:
        """Return the state; for one that waits to try again, what went wrong before."""
        state = self._output.term("states", replica.state)
        if replica.state is not ReplicaState.WAITING or replica.cause is None:
            return str(state)
        reason = cause_message(self._output, replica.cause)
        return self._output.words("state-and", state=state, other=reason)


@contextmanager
def _bars(output: Output) -> Iterator[_Bars]:
    if not output.err.is_terminal or output.as_json:
        yield _Bars(output, None)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=_BAR_CELLS),
        TextColumn("{task.fields[text]}", markup=False),
        TimeElapsedColumn(),
        console=output.err,
        transient=True,
    ) as progress:
        yield _Bars(output, progress)
