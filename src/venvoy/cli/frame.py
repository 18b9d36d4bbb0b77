"""How help is laid out and how a command line is refused, in the user's language.

typer's own words are English and its usage errors have a form of their own; these
two classes take their place in the whole tree. Help texts are in the parameters
already (`venvoy.cli.words.localise`).
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any

from typer.core import TyperCommand, TyperGroup

from venvoy import texts
from venvoy.cli import cells
from venvoy.cli.output import PipeClosed
from venvoy.cli.surroundings import Surroundings
from venvoy.cli.words import labelled
from venvoy.domain.errors import InvalidInput

_MARGIN = 2
_LEFT = 28
"""Widest left column; what is longer stands on a line of its own."""
_WIDEST = 100


class Command(TyperCommand):
    """One command."""

    allow_extra_args = True  # refused below, in our words

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments. Raises InvalidInput: `argument-unexpected`."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise InvalidInput("argument-unexpected", argument=rest[0], command=ctx.command_path)
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises PipeClosed, which typer would take for a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole help."""
        formatter.write(_help(self, ctx, formatter.width, {}))


class Group(TyperGroup):
    """Commands under one word, listed in the order in which they were added."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Find the command. Raises InvalidInput: `command-unknown`, `command-misspelt`."""
        name = args[0]
        if name in self.commands or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        similar = get_close_matches(name, list(self.commands))
        if similar:
            raise InvalidInput(
                "command-misspelt", command=name, group=ctx.command_path, similar=similar
            )
        raise InvalidInput("command-unknown", command=name, group=ctx.command_path)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole help."""
        formatter.write(_help(self, ctx, formatter.width, self.commands))


def usage(command: Any, ctx: Any, language: str) -> str:
    """Return the usage line of a command, such as `venvoy env show [OPTIONS] NAME`."""
    words = [ctx.command_path, _word(language, "options-mark")]
    if getattr(command, "commands", None) is not None:
        words.append(_word(language, "command-mark"))
    words += [shown_name(param) for param in command.params if _is_argument(param)]
    return " ".join(words)


def shown_name(param: Any) -> str:
    """Return how a parameter is called: `NAME`, `[PKG]...`, `--platform`."""
    if _is_argument(param):
        return str(param.metavar or param.name.upper())
    return str(max(param.opts, key=len))


def _help(command: Any, ctx: Any, room: int, commands: Mapping[str, Any]) -> str:
    here = ctx.find_object(Surroundings)
    language = here.output.language if here else "en"
    room = min(room, _WIDEST)
    arguments = [param for param in command.params if _is_argument(param)]
    options = [param for param in command.params if not _is_argument(param) and not param.hidden]
    common = [param for param in ctx.find_root().command.params if not _completes(param)]
    own = [param for param in options if param not in common]
    blocks = [
        "\n".join(cells.wrap(command.help or "", room)),
        labelled(_word(language, "usage"), usage(command, ctx, language)),
        _section(language, "commands", [(name, c.help) for name, c in commands.items()], room),
        _section(language, "arguments", [_argument(param) for param in arguments], room),
        _section(language, "options", [_option(param, language) for param in own], room),
        _section(language, "common", _common(common, language), room),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _common(params: Iterable[Any], language: str) -> list[tuple[str, str]]:
    return [*(_option(p, language) for p in params), ("-h, --help", _word(language, "help"))]


def _section(language: str, key: str, rows: list[tuple[str, str]], room: int) -> str:
    """Lay out names and their texts in two columns."""
    if not rows:
        return ""
    left = min(_LEFT, max(cells.width(name) for name, _ in rows))
    indent = " " * (_MARGIN + left + _MARGIN)
    lines = [_word(language, key)]
    for name, text in rows:
        wrapped = cells.wrap(text or "", room - len(indent))
        beside = cells.width(name) <= left
        first = f"{cells.pad(name, left)}{' ' * _MARGIN}{wrapped.pop(0)}" if beside else name
        lines += [f"{' ' * _MARGIN}{first}".rstrip(), *(f"{indent}{line}" for line in wrapped)]
    return "\n".join(lines)


def _argument(param: Any) -> tuple[str, str]:
    return shown_name(param), param.help or ""


def _option(param: Any, language: str) -> tuple[str, str]:
    names = ", ".join(sorted(param.opts, key=len))
    if param.secondary_opts:
        names += f" / {', '.join(param.secondary_opts)}"
    if not param.is_flag:
        names += f" {param.metavar or param.name.upper()}"
    notes = [param.help or ""]
    if choices := param.type_descriptor.choices:
        notes.append(_word(language, "choices", values=[_plain(choice) for choice in choices]))
    if param.show_default and param.default not in (None, "", False, [], ()):
        notes.append(_word(language, "default", value=_plain(param.default)))
    return names, " ".join(note for note in notes if note)


def _is_argument(param: Any) -> bool:
    return bool(param.param_type_name == "argument")


def _completes(param: Any) -> bool:
    return bool(param.name.endswith("_completion"))


def _plain(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _word(language: str, key: str, **params: object) -> str:
    return texts.text(language, f"cli.frame.{key}", params) or key
