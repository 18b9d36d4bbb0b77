"""What a command runs in: language, kind of output, and the way to the controller.

Made once by `main` and handed to every command through typer's context; nothing
else in the CLI reads the settings or opens a connection.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from venvoy import config
from venvoy.cli.output import Output
from venvoy.domain.errors import InvalidInput, Unauthenticated

if TYPE_CHECKING:
    import httpx

    from venvoy.client import Client
    from venvoy.config import ClientSettings

Settings = TypeVar("Settings")


@dataclass(frozen=True)
class Surroundings:
    """The CLI's choices for one call.

    Attributes:
        output: where data and words go.
        transport: what carries requests; the network when None.
        clock: seconds that never go back.
        sleep: waits for so many seconds.
    """

    output: Output
    transport: "httpx.BaseTransport | None" = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @cached_property
    def settings(self) -> "ClientSettings":
        """The controller's address and the token.

        Raises:
            InvalidInput: `setting-invalid`, `settings-unreadable`.
        """
        return config.client_settings()

    @property
    def sign_in_file(self) -> Path:
        """Where the address and the token are kept."""
        return config.data_directory() / "cli.toml"

    def client(self) -> "Client":
        """Return a client for the controller that is signed in to.

        Raises:
            Unauthenticated: `cli-not-signed-in`, without an address or a token.
        """
        if not self.settings.url or not self.settings.token:
            raise Unauthenticated("cli-not-signed-in", data=str(self.settings.data))
        return self.connect(self.settings.url, self.settings.token, self.settings.ca)

    def connect(self, url: str, token: str | None = None, ca: str | None = None) -> "Client":
        """Return a client for any controller.

        Raises:
            InvalidInput: `url-invalid` or `authority-unreadable`.
        """
        from venvoy.client import Client

        language = self.output.language
        return Client(url, token=token, language=language, ca=ca, transport=self.transport)


def load(kind: type[Settings], **flags: object) -> Settings:
    """Return settings of a kind; flags that are None are left to the other sources.

    Raises:
        InvalidInput: `setting-invalid`, `settings-unreadable`.
    """
    from pydantic import ValidationError

    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    try:
        return kind(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(map(str, first["loc"]))
        raise InvalidInput("setting-invalid", name=name, reason=first["msg"]) from error
    except (OSError, ValueError) as error:
        raise InvalidInput("settings-unreadable", reason=str(error)) from error


def surroundings(context: Any) -> Surroundings:
    """Return the surroundings that `main` put into typer's context."""
    found = context.find_object(Surroundings)
    if not isinstance(found, Surroundings):  # pragma: no cover - a command called outside `main`
        sys.exit("internal: no surroundings")
    return found
