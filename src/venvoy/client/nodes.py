"""Questions and changes of nodes and of the tokens they join with."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from venvoy.client.transport import Transport, Wanted, address, starting_from
from venvoy.wire import joining
from venvoy.wire.collections import Collections, CollectionWish
from venvoy.wire.environments import Replica
from venvoy.wire.nodes import Node, NodeEdit, NodeHistory
from venvoy.wire.processes import Running
from venvoy.wire.surveys import Survey, SurveyWish


class Nodes(Transport):
    """Questions and changes of nodes and of the tokens they join with."""

    def nodes(self, **filters: Wanted) -> Iterator[Node]:
        """Yield nodes page by page.

        Args:
            filters: `search`, `name`, `state`, `label` (`key=value`), `region`,
                `sort`, as the API takes them.
        """
        return self._pages("nodes", Node, filters)

    def node(self, name: str) -> Node:
        """Return one node. Raises NotFound."""
        return self._get(address("nodes", name), Node)

    def edit_node(self, name: str, change: NodeEdit, *, version: str) -> Node:
        """Change what people say of a node; `version` is that of the document edited.

        Raises:
            StaleVersion: somebody else changed it; the params tell what differs.
        """
        path = address("nodes", name)
        answer = self._send("PATCH", path, body=change, headers=starting_from(version))
        return self._read(answer, Node)

    def node_history(self, name: str, metric: str, since: datetime | None = None) -> NodeHistory:
        """Return how a figure of a node went: `cpu`, `memory` or `disk`.

        Args:
            since: from when on, aware; an hour ago when absent.
        """
        params = {"metric": metric} | ({"since": since.isoformat()} if since else {})
        answer = self._send("GET", address("nodes", name, "history"), params=params)
        return self._read(answer, NodeHistory)

    def node_replicas(self, name: str) -> list[Replica]:
        """Return what is on a node, by environment."""
        return list(self._pages(address("nodes", name, "replicas"), Replica, {}))

    def node_processes(self, name: str) -> Running:
        """Return the processes that work in environments on a node. Raises NotFound."""
        return self._get(address("nodes", name, "processes"), Running)

    def survey(self, node: str, path: str) -> Survey:
        """Return what a virtual environment of somebody's own on a node holds.

        Raises:
            InvalidInput: there is none at that path, or the node may not tell.
            Unavailable: the node does not answer.
        """
        return self._post(address("nodes", node, "survey"), Survey, SurveyWish(path=path))

    def collect(self, nodes: Sequence[str], *, preview: bool) -> Collections:
        """Have nodes delete what they do not have to keep, or tell what that is.

        Args:
            nodes: names, `venvoy.wire.collections.MOST_NODES` at most.

        Raises:
            NotFound: a node is not there.
        """
        wish = CollectionWish(nodes=list(nodes), preview=preview)
        return self._post("collections", Collections, wish)

    def remove_node(self, name: str, *, keep_data: bool = False) -> None:
        """Take a node out of the fleet. Raises NotFound."""
        params = {"keep_data": str(keep_data).lower()}
        self._send("DELETE", address("nodes", name), params=params)

    def node_tokens(self) -> Iterator[joining.NodeToken]:
        """Yield the join tokens, newest first."""
        return self._pages("node-tokens", joining.NodeToken, {})

    def create_node_token(self, wish: joining.NodeTokenCreate) -> joining.NodeToken:
        """Make a join token; it is in this answer only."""
        return self._post("node-tokens", joining.NodeToken, wish)

    def revoke_node_token(self, identifier: str) -> None:
        """Revoke a join token; nodes that joined with it stay."""
        self._send("DELETE", address("node-tokens", identifier))
