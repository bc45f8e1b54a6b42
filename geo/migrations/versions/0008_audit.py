"""Audit: an append-only record of every change."""

from alembic import op

from geo.migrations.tables import create, drop

revision = "0008"
down_revision = "0007"

TABLES = ("audit.event",)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
    op.execute("DROP FUNCTION audit.refuse_change")
