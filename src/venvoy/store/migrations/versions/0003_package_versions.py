"""An index by name and version: which packages there are, and in which versions."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index by name alone; the release before finds names by this one."""
    op.create_index("ix_lock_packages_name_version", "lock_packages", ["name", "version"])
    op.drop_index("ix_lock_packages_name", "lock_packages")
