"""What goes wrong with a database that a user can mend, as typed errors.

The drivers' own errors say it in their words and numbers; here they become codes
with a remedy in the catalogue, and so does a text that PostgreSQL cannot even look
for. Anything else (a broken constraint, bad SQL) is a bug and passes unchanged.
"""

import re
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from venvoy.domain.errors import InvalidInput, Unavailable, VenvoyError

# https://www.sqlite.org/rescode.html, primary result codes
_SQLITE = {
    sqlite3.SQLITE_PERM: "database-read-only",
    sqlite3.SQLITE_BUSY: "database-locked",
    sqlite3.SQLITE_LOCKED: "database-locked",
    sqlite3.SQLITE_READONLY: "database-read-only",
    sqlite3.SQLITE_IOERR: "database-io-failed",
    sqlite3.SQLITE_CORRUPT: "database-damaged",
    sqlite3.SQLITE_FULL: "database-full",
    sqlite3.SQLITE_CANTOPEN: "database-unreachable",
    sqlite3.SQLITE_AUTH: "database-refused",
    sqlite3.SQLITE_NOTADB: "database-damaged",
}
_SQLITE_PRIMARY = 0xFF

# https://www.postgresql.org/docs/current/errcodes-appendix.html, longest prefix first
_SQLSTATES = (
    ("53100", "database-full"),
    ("53300", "database-busy"),
    ("25006", "database-read-only"),
    ("40001", "database-locked"),
    ("40P01", "database-locked"),
    ("55P03", "database-locked"),
    ("3D000", "database-refused"),
    ("42501", "database-refused"),
    ("58030", "database-io-failed"),
    ("28", "database-refused"),
    ("57P", "database-unreachable"),
    ("08", "database-unreachable"),
)
_NUL = "cannot contain NUL"
_REFUSED = re.compile(r"password authentication failed|no password supplied|does not exist")


def typed(error: Exception) -> VenvoyError | None:
    """Return what a user should read for a database error, or None for a bug."""
    if isinstance(error, PoolTimeout):
        return Unavailable("database-busy")
    if not isinstance(error, DBAPIError):
        return None
    if _NUL in str(error.orig):
        return InvalidInput("text-with-nul")
    code = _sqlite_code(error.orig) or _postgresql_code(error)
    return Unavailable(code) if code else None


def _sqlite_code(error: BaseException | None) -> str | None:
    if not isinstance(error, sqlite3.Error):
        return None
    number = getattr(error, "sqlite_errorcode", None)
    return None if number is None else _SQLITE.get(number & _SQLITE_PRIMARY)


def _postgresql_code(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return next((code for prefix, code in _SQLSTATES if state.startswith(prefix)), None)
    if type(error.orig).__module__.partition(".")[0] != "psycopg":
        return None
    # A failed connection carries no SQLSTATE: the server's words come inside the text.
    if _REFUSED.search(str(error.orig)):
        return "database-refused"
    return "database-unreachable" if type(error.orig).__name__ == "OperationalError" else None
