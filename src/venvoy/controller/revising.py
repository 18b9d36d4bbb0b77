"""From a lock to a revision that goes out: whoever resolved it, and whenever.

Row, desired state with its operations, audit, outbox and events are written in the
caller's transaction.
"""

from dataclasses import replace

from venvoy.controller import blocks, drift_counts, placing, proposals, rollouts
from venvoy.controller.context import Context
from venvoy.controller.fits import Fits
from venvoy.controller.records import Change, environment_changed
from venvoy.domain.lock import Lock
from venvoy.domain.proposal import Proposal
from venvoy.store import environments, locks, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction


async def revise(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    proposal: Proposal,
    lock: Lock,
    author_id: str | None,
    *,
    force: bool = False,
) -> int:
    """Make the revision and release it; one that would equal the wanted one is not made.

    Callers hold the environment's lock.

    Args:
        environment: as it is in this transaction.
        author_id: the user whose wish it was.
        force: also where the lock holds a blocked release.

    Returns:
        The number of the revision that is wanted then.

    Raises:
        Conflict: `release-blocked`, for a new revision.
    """
    now, number = ctx.clock(), environment.revision or 0
    digest = await locks.add(tx, lock, now)
    live = await revisions.get(tx, environment.id, number)
    same = live is not None and (live.lock_digest, live.spec) == (digest, proposal.spec_document())
    if not same:
        await blocks.refuse_blocked(tx, lock, force=force)
        # After a rollback the wanted one is not the newest.
        number = await revisions.newest(tx, environment.id) + 1
        revision = RevisionRow(
            id=ctx.new_id(),
            environment_id=environment.id,
            number=number,
            spec=proposal.spec_document(),
            lock_digest=digest,
            author_id=author_id,
            message=proposal.message,
            created_at=now,
        )
        await revisions.add(tx, revision)
    await _apply(ctx, tx, environment, proposal, number)
    news = proposal.details.changes(environment.policy)
    after = replace(environment, revision=number, **news)
    if not same:
        await rollouts.begin(ctx, tx, environment, after.policy, number, author_id)
    await placing.apply(ctx, tx, after, author_id, None if same else Fits(lock, proposal.pythons))
    return number


async def _apply(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, proposal: Proposal, revision: int
) -> None:
    """Give the environment its new revision and what was to change for people with it."""
    news = proposal.details.changes(environment.policy)
    changed = any(getattr(environment, field) != value for field, value in news.items())
    if not changed and revision == environment.revision:
        return
    if "policy" in news:
        await drift_counts.follow(ctx, tx, environment, news["policy"])
    # The wish is known since it was accepted; a reader's version stays good for an edit.
    await environments.change(
        tx, environment.id, ctx.clock(), newer=changed, revision=revision, **news
    )
    version = environment.version + int(changed)
    document = proposals.document(environment, proposal)
    change = Change("revised", version, document, document, {"revision": revision})
    await environment_changed(ctx, tx, None, environment, change)
