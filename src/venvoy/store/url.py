"""Database URLs as users write them, with the drivers that Venvoy uses."""

from enum import StrEnum
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from venvoy.domain.errors import InvalidInput


class Backend(StrEnum):
    """The kinds of database."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


def sqlite_url(file: Path) -> str:
    """Return the URL of a SQLite file."""
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)


def backend(url: str, *, blocking: bool = False) -> tuple[URL, Backend]:
    """Return the URL with its driver, and the kind of database.

    Args:
        url: `sqlite:///…` or `postgresql://…`; a driver in it is ignored.
        blocking: whether the driver is to be one without asyncio.

    Raises:
        InvalidInput: `database-url-unsupported`, without the URL: it may hold a
            password.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidInput("database-url-unsupported", kind="?") from error
    kind = parsed.drivername.partition("+")[0]
    if kind in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg"), Backend.POSTGRESQL
    # A database in memory would be another one for every connection.
    if kind == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        driver = "sqlite" if blocking else "sqlite+aiosqlite"
        return parsed.set(drivername=driver), Backend.SQLITE
    raise InvalidInput("database-url-unsupported", kind=kind)
