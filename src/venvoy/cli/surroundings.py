"""What a command runs in: language, kind of output, and the way to the controller.

Made once by `main` and handed to every command through typer's context; nothing
else in the CLI reads the environment or opens a connection.
"""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from venvoy.cli.output import Output
from venvoy.config import ClientSettings
from venvoy.domain.errors import Unauthenticated

if TYPE_CHECKING:
    from venvoy.client import Client


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The CLI's choices for one call.

    Attributes:
        output: where data and words go.
        settings: the controller's address, the token and the data directory.
    """

    output: Output
    settings: ClientSettings

    def client(self) -> "Client":
        """Return a client for the controller that is signed in to.

        Raises:
            Unauthenticated: `cli-not-signed-in`, without an address or a token.
        """
        from venvoy.client import Client

        if not self.settings.url or not self.settings.token:
            raise Unauthenticated("cli-not-signed-in", data=str(self.settings.data))
        token = self.settings.token.get_secret_value()
        return Client(self.settings.url, token=token, language=self.output.language)


def surroundings(context: typer.Context) -> Surroundings:
    """Return the surroundings that `main` put into the context."""
    found = context.find_object(Surroundings)
    if found is None:  # pragma: no cover - a command called outside `main`
        sys.exit("internal: no surroundings")
    return found
