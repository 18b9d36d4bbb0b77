"""Questions and changes of blocked releases."""

from collections.abc import Iterator

from venvoy.client.transport import Transport, address
from venvoy.wire.blocks import BlockedRelease, BlockWish


class Blocks(Transport):
    """Questions and changes of blocked releases."""

    def blocks(self) -> Iterator[BlockedRelease]:
        """Yield blocked releases by name, each with where it is already."""
        return self._pages("blocks", BlockedRelease, {})

    def add_block(self, wish: BlockWish) -> BlockedRelease:
        """Block a release. Raises Conflict where it is blocked already."""
        return self._post("blocks", BlockedRelease, wish)

    def remove_block(self, identifier: str) -> None:
        """Take a block away. Raises NotFound."""
        self._send("DELETE", address("blocks", identifier))
