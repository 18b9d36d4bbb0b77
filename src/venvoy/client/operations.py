"""Questions and changes of operations, and their logs."""

from collections.abc import Iterator

from venvoy.client.transport import Transport, Wanted, address
from venvoy.wire.operations import LogPage, Operation


class Operations(Transport):
    """Questions and changes of operations, and their logs."""

    def operations(self, **filters: Wanted) -> Iterator[Operation]:
        """Yield operations, newest first.

        Args:
            filters: `environment`, `node`, `state`, `kind`; the last two one or several.
        """
        return self._pages("operations", Operation, filters)

    def operation(self, identifier: str) -> Operation:
        """Return one operation. Raises NotFound."""
        return self._get(address("operations", identifier), Operation)

    def cancel_operation(self, identifier: str) -> Operation:
        """Stop an operation that has not ended."""
        return self._post(address("operations", identifier, "cancel"), Operation)

    def retry_operation(self, identifier: str) -> Operation:
        """Do an ended operation's work again, as a new operation."""
        return self._post(address("operations", identifier, "retry"), Operation)

    def operation_log(self, identifier: str, *, after: int = 0, wait: float = 0) -> LogPage:
        """Return the lines from sequence `after` on.

        Args:
            wait: seconds to wait for a line or the end where there is none yet.
        """
        path = address("operations", identifier, "log")
        answer = self._send("GET", path, params={"after": str(after), "wait": str(wait)})
        return self._read(answer, LogPage)
