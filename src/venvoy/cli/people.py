"""`venvoy login`, `whoami`, `user …` and `token …`."""

import os
import platform
import tempfile
from pathlib import Path

import typer

from venvoy.cli import ask, trust
from venvoy.cli.parameters import YES
from venvoy.cli.problem import FAILED
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command, group
from venvoy.domain.errors import InvalidInput
from venvoy.domain.role import Role
from venvoy.wire.people import TokenCreate, UserCreate, UserEdit

URL = typer.Argument(metavar="URL", help="cli.help.people.url")
USERNAME = typer.Argument(metavar="NAME", help="cli.help.people.username")
USER = typer.Option(None, "--user", metavar="NAME", help="cli.help.people.username")
ROLE = typer.Option(Role.VIEWER, "--role", metavar="ROLE", help="cli.help.people.role")
NEW_ROLE = typer.Option(None, "--role", metavar="ROLE", help="cli.help.people.role")
FINGERPRINT = typer.Option(
    None, "--fingerprint", metavar="SHA256", help="cli.help.people.fingerprint"
)
STDIN = typer.Option(False, "--password-stdin", help="cli.help.people.stdin")
NEW_PASSWORD = typer.Option(False, "--password", help="cli.help.people.new_password")
DISABLED = typer.Option(None, "--disable/--enable", help="cli.help.people.disable")
TOKEN_NAME = typer.Argument(metavar="NAME", help="cli.help.people.token_name")
TOKEN_ID = typer.Argument(metavar="ID", help="cli.help.people.token_id")
DAYS = typer.Option(90, "--days", metavar="N", min=1, max=3_650, help="cli.help.people.days")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    command(app, "login", login, "people.login")
    command(app, "whoami", whoami, "people.whoami")
    users = group(app, "user", "people.users")
    command(users, "create", user_create, "people.user_create")
    command(users, "list", user_list, "people.user_list")
    command(users, "edit", user_edit, "people.user_edit")
    command(users, "delete", user_delete, "people.user_delete")
    tokens = group(app, "token", "people.tokens")
    command(tokens, "create", token_create, "people.token_create")
    command(tokens, "list", token_list, "people.token_list")
    command(tokens, "delete", token_delete, "people.token_delete")


def login(
    context: typer.Context,
    url: str = URL,
    username: str = USER,
    stdin: bool = STDIN,
    fingerprint: str = FINGERPRINT,
) -> None:
    """Sign in and keep a token for this CLI."""
    here = surroundings(context)
    ca = trust.decide(here, url, fingerprint)
    name = username or ask.name(here.output, "username")
    password = ask.password(here.output, stdin=stdin, twice=False)
    with here.connect(url, ca=ca) as client:
        session = client.sign_in(name, password)
        try:
            wish = TokenCreate(name=f"cli {platform.node()}"[:120], role=session.role)
            token = client.create_token(wish)
        finally:
            client.sign_out()
    _keep(here.sign_in_file, client.url, token.secret or "", ca)
    here.output.say("signed-in", name=session.username, role=session.role.value, url=client.url)


def whoami(context: typer.Context) -> None:
    """Tell who is signed in, and where."""
    here = surroundings(context)
    with here.client() as client:
        session = client.who()
    if here.output.as_json:
        shown = session.model_dump(mode="json", include={"username", "role", "expires_at"})
        here.output.document({**shown, "url": client.url})
    else:
        here.output.facts(
            (("username", session.username), ("role", session.role.value), ("url", client.url))
        )


def user_create(
    context: typer.Context, username: str = USERNAME, role: Role = ROLE, stdin: bool = STDIN
) -> None:
    """Create a user."""
    here = surroundings(context)
    password = ask.password(here.output, stdin=stdin, twice=True)
    with here.client() as client:
        user = client.create_user(UserCreate(username=username, password=password, role=role))
    if here.output.as_json:
        here.output.document(user)
    else:
        here.output.say("user-created", name=user.username, role=user.role.value)


def user_list(context: typer.Context) -> None:
    """List users."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.users())
    if here.output.as_json:
        here.output.listing(found)
    else:
        here.output.table(
            ("username", "role", "disabled"),
            ((user.username, user.role.value, "✓" if user.disabled else "") for user in found),
        )


def user_edit(
    context: typer.Context,
    username: str = USERNAME,
    role: Role = NEW_ROLE,
    password: bool = NEW_PASSWORD,
    stdin: bool = STDIN,
    disabled: bool = DISABLED,
) -> None:
    """Change a user's role or password, or disable the account."""
    here = surroundings(context)
    secret = None
    if password or stdin:
        secret = ask.password(here.output, stdin=stdin, twice=True)
    change = UserEdit(password=secret, role=role, disabled=disabled)
    if change == UserEdit():
        raise InvalidInput("edit-nothing", name=username)
    with here.client() as client:
        user = client.edit_user(username, change)
    if here.output.as_json:
        here.output.document(user)
    else:
        here.output.say("user-changed", name=user.username, role=user.role.value)


def user_delete(context: typer.Context, username: str = USERNAME, yes: bool = YES) -> int:
    """Delete a user."""
    here = surroundings(context)
    if not (yes or ask.confirmed(here.output, "user-delete-sure", name=username)):
        return FAILED
    with here.client() as client:
        client.delete_user(username)
    here.output.say("user-deleted", name=username)
    return 0


def token_create(
    context: typer.Context, name: str = TOKEN_NAME, role: Role = ROLE, days: int = DAYS
) -> None:
    """Create an API token and print its secret, once."""
    here = surroundings(context)
    with here.client() as client:
        token = client.create_token(TokenCreate(name=name, role=role, expires_in_days=days))
    if here.output.as_json:
        here.output.document(token)
        return
    here.output.say("token-created", name=token.name, role=token.role.value)
    here.output.line(token.secret or "")


def token_list(context: typer.Context) -> None:
    """List API tokens."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.tokens())
    if here.output.as_json:
        here.output.listing(found)
        return
    here.output.table(
        ("id", "name", "username", "role", "expires"),
        (
            (t.id, t.name, t.username, t.role.value, t.expires_at and f"{t.expires_at:%Y-%m-%d}")
            for t in found
        ),
    )


def token_delete(context: typer.Context, identifier: str = TOKEN_ID) -> None:
    """Revoke an API token."""
    here = surroundings(context)
    with here.client() as client:
        client.delete_token(identifier)
    here.output.say("token-deleted", id=identifier)


def _keep(file: Path, url: str, token: str, ca: str | None) -> None:
    """Write the CLI's sign-in, readable by this user alone, whole or not at all."""
    text = f'url = "{_quoted(url)}"\ntoken = "{_quoted(token)}"\n'
    if ca is not None:
        text += f'ca = "{_quoted(ca)}"\n'
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".cli-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).replace(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInput("file-unwritable", path=str(file), reason=reason) from error


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
