"""What the database holds of the replicas that a batch of reports is about, read at once.

A thousand nodes that come back say a thousand times what is known already. To find that
out must not cost a question each, so a batch asks once for each kind of row, and locks
in the order in which every transaction does: environments, then replicas, by their ids.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from venvoy.controller.webhooks import wanted
from venvoy.domain.state import ON_REPLICA
from venvoy.store import environments, nodes, operations, replicas, webhooks
from venvoy.store.environments import EnvironmentRow
from venvoy.store.operations import OperationRow
from venvoy.store.replicas import ReplicaRow
from venvoy.store.session import Transaction
from venvoy.store.webhooks import WebhookRow
from venvoy.wire.subjects import ReplicaAddress


@dataclass(frozen=True, slots=True)
class Reported:
    """The rows.

    Attributes:
        environments: by id; also those that are deleted.
        nodes: their names, by id; also those that are removed.
        replicas: those that are there, held until the transaction ends.
        operations: those that reports name, by id.
        open: what nodes do to each replica and has not ended, oldest first.
        webhooks: what was told of them, where an environment has one.
    """

    environments: Mapping[str, EnvironmentRow]
    nodes: Mapping[str, str]
    replicas: Mapping[ReplicaAddress, ReplicaRow]
    operations: Mapping[str, OperationRow]
    open: Mapping[ReplicaAddress, list[OperationRow]]
    webhooks: Mapping[ReplicaAddress, WebhookRow]


async def reported(
    tx: Transaction, addresses: Collection[ReplicaAddress], operation_ids: Collection[str]
) -> Reported:
    """Read and hold what reports are about.

    Args:
        addresses: that the reports are about.
        operation_ids: that they name.
    """
    ids = {address.environment for address in addresses}
    held = await environments.by_ids(tx, ids, lock=True)
    rows = await replicas.at(tx, addresses, lock=True)
    open_of: defaultdict[ReplicaAddress, list[OperationRow]] = defaultdict(list)
    for row in await operations.open_at(tx, addresses, *ON_REPLICA):
        open_of[ReplicaAddress(row.node_id or "", row.environment_id or "")].append(row)
    return Reported(
        environments=held,
        nodes=await nodes.names(tx, {address.node for address in addresses}),
        replicas={ReplicaAddress(row.node_id, row.environment_id): row for row in rows},
        operations=await operations.get_many(tx, operation_ids),
        open=open_of,
        webhooks=await webhooks.at(
            tx, [each for each in addresses if _has_webhook(held.get(each.environment))]
        ),
    )


def _has_webhook(environment: EnvironmentRow | None) -> bool:
    return environment is not None and wanted(environment)
