"""typer's usage errors as errors of ours, with a code and words in either language.

typer keeps these classes to itself, so they are told apart by name; what a release
to come may add is still refused, in its own words.
"""

from typing import Any

from venvoy.cli.frame import shown_name, usage
from venvoy.domain.errors import InvalidInput


def is_usage_error(error: Exception) -> bool:
    """Whether typer refused the command line with this."""
    return callable(getattr(error, "format_message", None))


def wants_help(error: Exception) -> bool:
    """Whether a group was called without a command; the message is its help then."""
    return type(error).__name__ == "NoArgsIsHelpError"


def usage_error(error: Any, language: str) -> InvalidInput:
    """Return the error of ours that says the same.

    Args:
        error: for which `is_usage_error` holds.
        language: of the words inside the usage line.
    """
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else "venvoy"
    match type(error).__name__:
        case "NoSuchOption":
            return _unknown(error, command)
        case "MissingParameter":
            shown = usage(ctx.command, ctx, language) if ctx is not None else command
            return InvalidInput("argument-missing", argument=_name(error), usage=shown)
        case "BadOptionUsage":
            return _bad_option(error, ctx, command)
        case "BadParameter":
            return _bad_value(error, command)
        case _:
            return InvalidInput("usage", reason=error.format_message(), command=command)


def _unknown(error: Any, command: str) -> InvalidInput:
    similar = list(getattr(error, "possibilities", None) or ())
    if similar:
        return InvalidInput(
            "option-misspelt", option=error.option_name, command=command, similar=similar
        )
    return InvalidInput("option-unknown", option=error.option_name, command=command)


def _bad_option(error: Any, ctx: Any, command: str) -> InvalidInput:
    params = ctx.command.params if ctx is not None else []
    option = next((param for param in params if error.option_name in param.opts), None)
    if option is not None and option.is_flag:
        return InvalidInput("option-takes-no-value", option=error.option_name, command=command)
    return InvalidInput("option-needs-value", option=error.option_name, command=command)


def _bad_value(error: Any, command: str) -> InvalidInput:
    param = error.param
    if param is None:
        return InvalidInput("usage", reason=error.format_message(), command=command)
    name, choices = _name(error), param.type_descriptor.choices
    if choices:
        return InvalidInput(
            "value-not-one-of", name=name, choices=[str(choice.value) for choice in choices]
        )
    if param.min is not None or param.max is not None:
        bounds = _bounds(param.min, param.max)
        return InvalidInput("value-not-a-number-within", name=name, bounds=bounds)
    return InvalidInput("value-invalid", name=name, reason=error.message)


def _bounds(least: float | None, most: float | None) -> str:
    if most is None:
        return f"≥ {least}"
    return f"≤ {most}" if least is None else f"{least} … {most}"


def _name(error: Any) -> str:
    return shown_name(error.param) if error.param is not None else "?"
