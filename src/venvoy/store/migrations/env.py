"""Alembic's entry: runs migrations on the connection that `store.migrate` holds.

Revisions are written by hand; a test compares what they make with `store.tables`.
"""

from alembic import context

from venvoy.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite's DDL is transactional once the driver leaves `BEGIN` to us.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
