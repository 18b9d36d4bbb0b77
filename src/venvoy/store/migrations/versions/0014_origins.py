"""Where observed packages came from, and which of them were asked for by name."""

from alembic import op
from sqlalchemy import Boolean, Column, String, false, text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the release before leaves them at nothing said."""
    table = "observed_packages"
    origin = Column("origin", String(32), nullable=False, server_default=text("''"))
    op.add_column(table, origin)
    requested = Column("requested", Boolean, nullable=False, server_default=false())
    op.add_column(table, requested)
