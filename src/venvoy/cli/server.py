"""`venvoy up` and `venvoy version`."""

import typer

from venvoy import __version__
from venvoy.cli.surroundings import surroundings
from venvoy.domain.errors import Unavailable, VenvoyError

HOST = typer.Option(None, "--host", help="cli.help.up.host")
PORT = typer.Option(None, "--port", min=0, max=65_535, help="cli.help.up.port")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command("up", help="cli.help.up.command")(up)
    app.command("version", help="cli.help.version")(version)


def up(context: typer.Context, host: str = HOST, port: int = PORT) -> int:
    """Run controller, NATS and the local agent until they are stopped."""
    try:
        from venvoy.api.server import run_up
    except ModuleNotFoundError as error:
        raise Unavailable("controller-not-installed", module=error.name or "") from error
    from venvoy.config import ControllerSettings

    flags = {"host": host, "port": port}
    given = {name: value for name, value in flags.items() if value is not None}
    settings = ControllerSettings(**given)  # type: ignore[arg-type]
    return run_up(settings, surroundings(context).output.language)


def version(context: typer.Context) -> None:
    """Print the version of the CLI and, where one is signed in to, the controller."""
    here = surroundings(context)
    found: str | None = None
    if here.settings.url:
        try:
            with here.client() as client:
                found = client.version().version
        except VenvoyError:
            found = None
    if here.output.as_json:
        here.output.document({"cli": __version__, "controller": found})
    else:
        here.output.facts([("cli", __version__), ("controller", found)])
