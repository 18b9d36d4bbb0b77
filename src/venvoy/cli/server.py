"""`venvoy up` and `venvoy version`."""

import typer

from venvoy import __version__
from venvoy.cli.surroundings import load, surroundings
from venvoy.cli.tree import command
from venvoy.domain.errors import Unavailable, VenvoyError

HOST = typer.Option(None, "--host", metavar="H", help="cli.help.up.host")
PORT = typer.Option(None, "--port", metavar="P", min=0, max=65_535, help="cli.help.up.port")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    command(app, "up", up, "up.command")
    command(app, "version", version, "version")


def up(context: typer.Context, host: str = HOST, port: int = PORT) -> int:
    """Run controller, NATS and the local agent until they are stopped."""
    from venvoy.config import ControllerSettings

    try:
        from venvoy.api.server import run_up
    except ModuleNotFoundError as error:
        raise Unavailable("controller-not-installed", module=error.name or "") from error
    settings = load(ControllerSettings, host=host, port=port)
    return run_up(settings, surroundings(context).output.language)


def version(context: typer.Context) -> None:
    """Print the version of the CLI and, where one is signed in to, the controller."""
    here = surroundings(context)
    found: str | None = None
    try:
        with here.client() as client:
            found = client.version().version
    except VenvoyError:
        pass  # the CLI's own version is what is asked for; `whoami` says what is wrong
    if here.output.as_json:
        here.output.document({"cli": __version__, "controller": found})
    else:
        here.output.facts([("cli", __version__), ("controller", found)])
