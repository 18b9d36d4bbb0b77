"""The whole way with its state in PostgreSQL instead of a file."""

from collections.abc import Callable

import psycopg
from sqlalchemy import make_url

from venvoy.testing.damage import installed
from venvoy.testing.installation import Installation


def test_the_whole_way(make: Callable[..., Installation], postgresql_url: str) -> None:
    url = make_url(postgresql_url).set(drivername="postgresql")
    given = url.render_as_string(hide_password=False)
    installation = make(VENVOY_DATABASE_URL=given)
    installation.up()
    installation.cli("env", "create", "web", "-p", "alpha", "--wait")
    installation.cli("env", "edit", "web", "--add", "beta", "--wait")
    assert installed(installation.live("web")) == {"alpha": "1.0", "beta": "1.0"}
    assert not (installation.data / "controller" / "venvoy.db").exists()
    with psycopg.connect(given) as connection:
        assert connection.execute("SELECT name FROM environments").fetchall() == [("web",)]
    installation.kill()
    installation.up()
    installation.until_ready("web", 2)
    installation.cli("env", "edit", "web", "--drop", "alpha", "--wait")
    assert installed(installation.live("web")) == {"beta": "1.0"}
    installation.cli("env", "delete", "web", "--yes")
