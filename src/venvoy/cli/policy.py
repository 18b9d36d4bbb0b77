"""The options that say how an environment is kept, the same for every command that has them.

A command takes `policy`, what was said as a wish, and is marked with `policied`; the
options stand in its help where that parameter stands in its signature.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import typer

from venvoy.domain import duration
from venvoy.domain.drift import DriftPolicy
from venvoy.wire.environments import PolicyWish

Result = TypeVar("Result")

_OPTIONS: dict[str, tuple[Any, Any]] = {
    "keep": (int, typer.Option(None, "--keep", metavar="N", help="cli.help.env.keep")),
    "checks": (
        list[str],
        typer.Option([], "--check", metavar="MODULE", help="cli.help.env.check"),
    ),
    "check_command": (
        str,
        typer.Option(None, "--check-command", metavar="C", help="cli.help.env.check_command"),
    ),
    "check_timeout": (
        int,
        typer.Option(None, "--check-timeout", metavar="S", help="cli.help.env.check_timeout"),
    ),
    "grace": (int, typer.Option(None, "--grace", metavar="S", help="cli.help.env.grace")),
    "drift": (
        DriftPolicy,
        typer.Option(None, "--drift", metavar="alert|heal|ignore", help="cli.help.env.drift"),
    ),
    "sync": (str, typer.Option(None, "--sync", metavar="WHEN", help="cli.help.env.sync")),
    "waves": (list[str], typer.Option([], "--wave", metavar="N-or-%", help="cli.help.env.wave")),
    "wave_pause": (
        str,
        typer.Option(None, "--wave-pause", metavar="SPAN", help="cli.help.env.wave_pause"),
    ),
    "failures": (
        str,
        typer.Option(None, "--failures", metavar="N-or-%", help="cli.help.env.failures"),
    ),
    "returns": (
        bool,
        typer.Option(None, "--return/--no-return", help="cli.help.env.returns"),
    ),
    "after_units": (
        list[str],
        typer.Option([], "--after-unit", metavar="UNIT", help="cli.help.env.after_unit"),
    ),
    "after_command": (
        str,
        typer.Option(None, "--after-command", metavar="C", help="cli.help.env.after_command"),
    ),
    "after_timeout": (
        int,
        typer.Option(None, "--after-timeout", metavar="S", help="cli.help.env.after_timeout"),
    ),
    "after_webhook": (
        str,
        typer.Option(None, "--after-webhook", metavar="URL", help="cli.help.env.after_webhook"),
    ),
    "cool_down": (
        int,
        typer.Option(None, "--cool-down", metavar="DAYS", help="cli.help.env.cool_down"),
    ),
    "cool_down_except": (
        list[str],
        typer.Option([], "--cool-down-except", metavar="PKG", help="cli.help.env.cool_down_except"),
    ),
}
_DROPPED: dict[str, tuple[Any, Any]] = {
    "no_checks": (bool, typer.Option(False, "--no-checks", help="cli.help.env.no_checks")),
    "no_waves": (bool, typer.Option(False, "--no-waves", help="cli.help.env.no_waves")),
    "no_hooks": (bool, typer.Option(False, "--no-hooks", help="cli.help.env.no_hooks")),
}
"""Only where there may be something to drop."""
_CHECKS = ("checks", "check_command", "check_timeout", "grace")
_HOOKS = ("after_units", "after_command", "after_timeout", "after_webhook")
_WAVES = ("waves", "wave_pause", "failures", "returns")


def policied(*, editing: bool = False) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Give a command the options, and hand it what they say as `policy`.

    Args:
        editing: whether the environment may have a policy already.
    """
    options = _OPTIONS | (_DROPPED if editing else {})

    def marked(function: Callable[..., Result]) -> Callable[..., Result]:
        @wraps(function)
        def command(*args: Any, **given: Any) -> Result:
            said = {name: given.pop(name) for name in options}
            return function(*args, policy=wish(**said), **given)

        signature = inspect.signature(function)
        parameters: list[inspect.Parameter] = []
        for each in signature.parameters.values():
            parameters += _parameters(options) if each.name == "policy" else [each]
        command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: each.annotation for each in parameters}
        return command

    return marked


def wish(
    *,
    checks: Sequence[str] = (),
    waves: Sequence[str] = (),
    wave_pause: str | None = None,
    after_units: Sequence[str] = (),
    cool_down_except: Sequence[str] = (),
    no_checks: bool = False,
    no_waves: bool = False,
    no_hooks: bool = False,
    **plain: Any,
) -> PolicyWish | None:
    """Return how an environment is to be kept, or None where nothing was said of it.

    Args:
        wave_pause: a span of time, such as `10m`.
        no_checks, no_waves, no_hooks: drop all of it that is not given anew.
        plain: parts that are taken as they are, None where nothing was said.

    Raises:
        InvalidInput: `duration-invalid`.
    """
    said = plain | {
        "checks": list(checks) or None,
        "waves": list(waves) or None,
        "after_units": list(after_units) or None,
        "cool_down_except": list(cool_down_except) or None,
        "wave_pause": None if wave_pause is None else duration.seconds(wave_pause),
    }
    if said.get("cool_down") == 0:
        dropped_with = {"cool_down", "cool_down_except"}
        said |= {"cool_down": None}
    else:
        dropped_with = set()
    groups = ((_CHECKS, no_checks), (_WAVES, no_waves), (_HOOKS, no_hooks))
    dropped = {part for parts, gone in groups if gone for part in parts} | dropped_with
    given = {part: value for part, value in said.items() if value is not None or part in dropped}
    return PolicyWish.model_validate(given) if given else None


def _parameters(options: dict[str, tuple[Any, Any]]) -> list[inspect.Parameter]:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return [
        inspect.Parameter(name, kind, default=option, annotation=annotation)
        for name, (annotation, option) in options.items()
    ]
