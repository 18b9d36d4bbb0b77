"""The tree of commands, of which only the part that is called is imported.

The order of the words is the order in which help lists them.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer

from venvoy.cli.frame import Command, Group

COMMANDS: Mapping[str, str] = {
    "up": "server",
    "login": "people",
    "whoami": "people",
    "env": "environments",
    "operation": "operations",
    "node": "nodes",
    "python": "pythons",
    "find": "find",
    "block": "blocks",
    "gc": "garbage",
    "run": "run",
    "agent": "agent",
    "user": "people",
    "token": "people",
    "version": "server",
}
"""Which module adds which word."""


def build(word: str | None = None) -> typer.Typer:
    """Return the command tree; help texts are still keys of the catalogue.

    Args:
        word: the first word of the command line; with one that is known, the tree
            holds what that word needs and no more.
    """
    app = typer.Typer(
        name="venvoy",
        help="cli.help.venvoy",
        cls=Group,
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def root(
        language: str = typer.Option(None, "--lang", metavar="LANG", help="cli.help.lang"),
        as_json: bool = typer.Option(False, "--json", help="cli.help.json"),
    ) -> None:
        """Global options; `venvoy.cli.arguments` has read them already."""

    # httpx loads its own command line, and rich and pygments with it, where it can.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    known = COMMANDS.get(word or "")
    modules = [known] if known else dict.fromkeys(COMMANDS.values())
    for module in modules:
        import_module(f"venvoy.cli.{module}").add(app)
    return app


def command_of(app: typer.Typer) -> Any:
    """Return what typer makes of the tree, its words in the order of `COMMANDS`."""
    made: Any = typer.main.get_command(app)
    made.commands = {word: made.commands[word] for word in COMMANDS if word in made.commands}
    return made


def command(
    app: typer.Typer, word: str, function: Callable[..., Any], key: str, **settings: Any
) -> None:
    """Add one command; `key` is that of its help below `cli.help`."""
    app.command(word, cls=Command, help=f"cli.help.{key}", **settings)(function)


def group(app: typer.Typer, word: str, key: str) -> typer.Typer:
    """Add a group of commands; `key` is that of its help below `cli.help`."""
    made = typer.Typer(
        cls=Group, help=f"cli.help.{key}", no_args_is_help=True, rich_markup_mode=None
    )
    app.add_typer(made, name=word)
    return made
