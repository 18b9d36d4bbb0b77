"""Who may do what, and who did it, in the HTTP API."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from venvoy.domain.role import Role
from venvoy.wire.schemas import Input, Output


class SignIn(Input):
    """A user's credentials."""

    username: Annotated[str, Field(max_length=63)]
    password: Annotated[str, Field(max_length=1_024)]


class Session(Output):
    """Who is signed in; `csrf_token` goes into `X-CSRF-Token` of changes."""

    username: str
    role: Role
    csrf_token: str | None = None
    expires_at: datetime | None = None


class UserCreate(Input):
    """A new user."""

    username: str
    password: Annotated[str, Field(max_length=1_024)]
    role: Role = Role.VIEWER


class UserEdit(Input):
    """A change to a user; None stays as it is."""

    password: Annotated[str, Field(max_length=1_024)] | None = None
    role: Role | None = None
    disabled: bool | None = None


class User(Output):
    """A user without any secret."""

    id: str
    username: str
    role: Role
    disabled: bool
    created_at: datetime
    last_sign_in_at: datetime | None = None


class TokenCreate(Input):
    """A new API token, at most as strong as its maker."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    role: Role = Role.VIEWER
    expires_in_days: Annotated[int, Field(ge=1, le=3_650)] | None = 90


class Token(Output):
    """A token; `secret` is shown once, when it is made."""

    id: str
    name: str
    username: str
    role: Role
    secret: str | None = None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class AuditEntry(Output):
    """One change: who, what, when, before and after."""

    id: str
    at: datetime
    username: str | None
    action: str
    subject: str
    before: dict[str, object] | None = None
    after: dict[str, object] | None = None
