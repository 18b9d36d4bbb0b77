"""Questions and changes of environments, revisions and packages."""

from collections.abc import Iterator

from uuid6 import uuid7

from venvoy.client.transport import Transport, Wanted, address, starting_from
from venvoy.domain.label import Labelled
from venvoy.wire import plans
from venvoy.wire.comparisons import Comparison
from venvoy.wire.drift import DriftWish, ReplicaDrift
from venvoy.wire.environments import (
    DeletedEnvironment,
    Environment,
    EnvironmentCreate,
    EnvironmentEdit,
    EnvironmentItem,
    EnvironmentUpgrade,
    LabelUse,
    PackageName,
    PlacementView,
    Revision,
    RevisionDetail,
)
from venvoy.wire.find import Found
from venvoy.wire.operations import Operation
from venvoy.wire.processes import Running
from venvoy.wire.revisions import RollbackWish, TagWish
from venvoy.wire.rollouts import Rollout
from venvoy.wire.schemas import Page


class Environments(Transport):
    """Questions and changes of environments, revisions and packages."""

    def environments(self, **filters: Wanted) -> Iterator[EnvironmentItem]:
        """Yield environments page by page, each with the numbers of its replicas.

        Args:
            filters: `search`, `state` and `label` (one or several), `node`, `sort`, as
                the API takes them.
        """
        return self._pages("environments", EnvironmentItem, filters)

    def environment(self, name: str) -> Environment:
        """Return one environment. Raises NotFound."""
        return self._get(address("environments", name), Environment)

    def find(self, **wanted: Wanted) -> Iterator[Found]:
        """Yield the replicas and revisions that hold a release or a file, page by page.

        Args:
            wanted: `requirement` or `file`; `kind` for only `replica` or `revision`.
        """
        return self._pages("find", Found, wanted)

    def placement(self, name: str) -> PlacementView:
        """Return where an environment goes, and why, for every node."""
        return self._get(address("environments", name, "placement"), PlacementView)

    def create_environment(self, wish: EnvironmentCreate) -> Environment | Operation:
        """Create an environment, resolved.

        Returns:
            the environment; or, where resolving takes longer than the API waits,
            the operation to follow.
        """
        return self._resolved("POST", "environments", wish, {"Idempotency-Key": str(uuid7())})

    def edit_environment(
        self, name: str, change: EnvironmentEdit, *, version: str
    ) -> Environment | Operation:
        """Change an environment; `version` is that of the document edited.

        Raises:
            StaleVersion: somebody else changed it; the params tell what differs.
        """
        return self._resolved(
            "PATCH", address("environments", name), change, starting_from(version)
        )

    def upgrade_environment(
        self, name: str, wish: EnvironmentUpgrade, *, version: str | None = None
    ) -> Environment | Operation:
        """Lock anew, without the live lock's pins.

        Args:
            version: of the document that the wish was made from; None: whatever is there.

        Raises:
            StaleVersion: somebody else changed it since.
        """
        path = address("environments", name, "upgrade")
        return self._resolved("POST", path, wish, starting_from(version))

    def plan_environment(self, name: str, wish: plans.EnvironmentPlan) -> plans.Plan:
        """Return what a change would do; edited with its id, exactly that is done.

        Raises:
            WorkFailed: it cannot be resolved; the problem has the cause.
        """
        return self._post(address("environments", name, "plan"), plans.Plan, wish)

    def plan_adoption(self, name: str, wish: plans.AdoptionWish) -> plans.Plan:
        """Return what adopting a node's hand-work would do, as `plan_environment` does.

        Raises:
            Conflict: nothing was changed by hand there, or nothing that a lock can hold.
            WorkFailed: it cannot be resolved; the problem has the cause.
        """
        return self._post(address("environments", name, "adoption"), plans.Plan, wish)

    def plan(self, name: str, identifier: str) -> plans.Plan:
        """Return a plan that was made before. Raises NotFound."""
        return self._get(address("environments", name, "plans", identifier), plans.Plan)

    def preflight(self, wish: plans.PreflightWish) -> plans.Preflight:
        """Return what a requirements text needs and where it fits; nothing is kept."""
        return self._post("preflight", plans.Preflight, wish)

    def roll_back_environment(
        self, name: str, wish: RollbackWish, *, version: str | None = None
    ) -> Environment:
        """Go back to a revision.

        Raises:
            Conflict: it is the wanted one already.
            StaleVersion: somebody else changed the environment since.
        """
        path = address("environments", name, "rollback")
        headers = {"Idempotency-Key": str(uuid7()), **starting_from(version)}
        return self._read(self._send("POST", path, body=wish, headers=headers), Environment)

    def rollouts(self, name: str) -> Iterator[Rollout]:
        """Yield an environment's rollouts, newest first."""
        return self._pages(address("environments", name, "rollouts"), Rollout, {})

    def act_on_rollout(self, name: str, action: str) -> Rollout:
        """Let the open rollout out, pause it, go on with it, or call it off.

        Args:
            action: `sync`, `pause`, `resume` or `abort`.

        Raises:
            Conflict: there is none, or it cannot be done to one that stands like this.
        """
        return self._post(address("environments", name, action), Rollout)

    def tag_revision(self, name: str, tag: str, wish: TagWish) -> None:
        """Name a revision. Raises Conflict where the name is another's."""
        self._send("PUT", address("environments", name, "tags", tag), body=wish)

    def untag_revision(self, name: str, tag: str) -> None:
        """Take a name away from a revision."""
        self._send("DELETE", address("environments", name, "tags", tag))

    def delete_environment(
        self, name: str, *, version: str | None = None, force: bool = False
    ) -> None:
        """Delete an environment; its replicas go from their nodes.

        Args:
            version: of the document that was looked at; None: whatever is there.
            force: also while processes work in it.

        Raises:
            StaleVersion: somebody else changed it since.
            Conflict: processes work in it.
        """
        path, params = address("environments", name), {"force": "true"} if force else {}
        self._send("DELETE", path, params=params, headers=starting_from(version))

    def processes(self, name: str, node: str | None = None) -> Running:
        """Return the processes that work in an environment, as nodes told last.

        Raises:
            NotFound: the environment or the node is not there.
        """
        params = {} if node is None else {"node": node}
        path = address("environments", name, "processes")
        return self._read(self._send("GET", path, params=params), Running)

    def deleted_environments(self) -> Iterator[DeletedEnvironment]:
        """Yield what can be brought back, the last that was deleted first."""
        return self._pages("deleted-environments", DeletedEnvironment, {})

    def undelete_environment(self, name: str) -> Environment:
        """Bring back the environment of this name that was deleted last.

        Raises:
            Conflict: another one has the name now.
            NotFound: none of this name can be brought back.
        """
        return self._post(address("environments", name, "undelete"), Environment)

    def revisions(self, name: str) -> Iterator[Revision]:
        """Yield an environment's revisions, newest first."""
        return self._pages(address("environments", name, "revisions"), Revision, {})

    def revision(self, name: str, number: int, *, demands: bool = False) -> RevisionDetail:
        """Return one revision with its packages.

        Args:
            demands: tell who asks for each package; may take two seconds more.
        """
        path = address("environments", name, "revisions", str(number))
        params = {"demands": "true"} if demands else {}
        return self._read(self._send("GET", path, params=params), RevisionDetail)

    def compare(self, a: str, b: str, *, everything: bool = False) -> Comparison:
        """Return what differs between two sides.

        Args:
            a, b: `NAME`, `NAME@REV`, `NAME@TAG` or, for what a node holds,
                `NAME@node:NODE`.
            everything: also what is equal.

        Raises:
            NotFound: the environment, revision, tag or node of a side is not there.
        """
        params = {"a": a, "b": b, "all": "true" if everything else "false"}
        return self._read(self._send("GET", "comparison", params=params), Comparison)

    def drift(self, name: str, node: str | None = None) -> list[ReplicaDrift]:
        """Return how nodes differ from what was put there, by node.

        Raises:
            NotFound: the environment or the node is not there.
        """
        params = {} if node is None else {"node": node}
        answer = self._send("GET", address("environments", name, "drift"), params=params)
        return list(self._read(answer, Page[ReplicaDrift]).items)

    def heal_environment(self, name: str, wish: DriftWish) -> list[Operation]:
        """Have nodes build what drifted anew; return the work, one for each node.

        Raises:
            Conflict: nothing differs, or something is under way where it does.
        """
        return self._post(address("environments", name, "heal"), Page[Operation], wish).items

    def verify_environment(self, name: str, wish: DriftWish) -> list[Operation]:
        """Have nodes read every file of what is live; return the work.

        Raises:
            Conflict: nothing is live, or something is under way everywhere.
        """
        return self._post(address("environments", name, "verify"), Page[Operation], wish).items

    def export_environment(self, name: str, form: str) -> str:
        """Return an environment's lock or spec as text: `pylock`, `requirements` or `spec`."""
        path = address("environments", name, "export")
        return self._send("GET", path, params={"format": form}).text

    def package_names(self, search: str = "", *, limit: int = 20) -> list[PackageName]:
        """Return packages in locks whose name holds `search`, the likeliest first."""
        answer = self._send("GET", "packages/names", params={"search": search, "limit": str(limit)})
        return self._read(answer, Page[PackageName]).items

    def labels(self, of: Labelled = Labelled.ENVIRONMENTS) -> list[LabelUse]:
        """Return the labels that environments, or nodes, have, by key and value."""
        answer = self._send("GET", "labels", params={"of": of.value})
        return self._read(answer, Page[LabelUse]).items
