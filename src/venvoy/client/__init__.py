"""The typed HTTP client: the CLI, tests and users' scripts speak through it.

Every call returns a document of `venvoy.wire` and raises a `VenvoyError`
whose class, code and parameters are those of the controller's problem document.
It holds no state beside its connection; edits carry the version that the caller
started from.

    with Client("http://127.0.0.1:7300", token="vv_…") as client:
        client.environment("web").state
"""

from venvoy.client.blocks import Blocks
from venvoy.client.environments import Environments
from venvoy.client.errors import RemoteError
from venvoy.client.nodes import Nodes
from venvoy.client.operations import Operations
from venvoy.client.people import People
from venvoy.client.pythons import Pythons
from venvoy.wire.schemas import VersionInfo

__all__ = ["Client", "RemoteError"]


class Client(Environments, Operations, Nodes, Pythons, People, Blocks):
    """One connection to a controller.

    Args:
        url: the controller's address, such as `http://127.0.0.1:7300`.
        token: an API token, or None for what needs no sign-in.
        language: `en` or `zh-CN`; the words in problems and causes.
        ca: PEM file of the authority behind the controller's certificate; None for the
            system's trust.
        transport: an `httpx` transport, for tests.
    """

    def version(self) -> VersionInfo:
        """Return the controller's version."""
        return self._get("version", VersionInfo)
