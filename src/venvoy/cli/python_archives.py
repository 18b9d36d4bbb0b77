"""`venvoy python archives …`, and the sending of one."""

from pathlib import Path

import typer

from venvoy.cli.environment_views import age
from venvoy.cli.output import size
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command, group
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.wire.pythons import PythonArchive

ID = typer.Argument(metavar="ID", help="cli.help.python.archive")


def add(pythons: typer.Typer) -> None:
    """Add the commands below `venvoy python`."""
    archives = group(pythons, "archives", "python.archives")
    command(archives, "list", list_, "python.archives_list")
    command(archives, "remove", remove, "python.archives_remove")


def list_(context: typer.Context) -> None:
    """List the archives of the catalogue, newest first."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.python_archives())
    if here.output.as_json:
        here.output.listing(found)
        return
    if not found:
        here.output.say("no-python-archives")
        return
    here.output.table(
        ("id", "python", "platform", "glibc", "size", "age", "nodes", "archive"),
        (
            (
                each.id,
                each.version,
                each.platform.value,
                each.glibc,
                size(each.size),
                age(each.created_at),
                ", ".join(each.nodes),
                each.name,
            )
            for each in found
        ),
    )


def remove(context: typer.Context, identifier: str = ID) -> None:
    """Take an archive out of the catalogue."""
    here = surroundings(context)
    with here.client() as client:
        client.remove_python_archive(identifier)
    here.output.say("python-archive-removed", id=identifier)


def uploaded(
    here: Surroundings,
    file: Path,
    sha256: str | None,
    version: str | None,
    platform: Platform | None,
) -> PythonArchive:
    """Send a file to the catalogue and return what it is there.

    Raises:
        InvalidInput: `file-unreadable`, and what the catalogue refuses.
    """
    named = None if platform is None else platform.value
    with here.client() as client, here.output.busy("uploading", name=file.name):
        try:
            return client.upload_python(file, sha256=sha256, version=version, platform=named)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InvalidInput("file-unreadable", path=str(file), reason=reason) from error
