"""Statuses of compounds and companies as histories; reopened orders; referrals' life cycle."""

from pathlib import Path

from alembic import op

from geo.migrations.tables import create, drop, run

revision = "0011"
down_revision = "0010"

TABLES = (
    "oversight.policy",
    "oversight.status",
    "oversight.company_status",
    "oversight.answered",
    "oversight.order_reopening",
    "oversight.referral_extension",
    "oversight.referral_reopening",
)


def upgrade() -> None:
    # Nothing wrote statuses before this step.
    op.execute("DROP TABLE oversight.status")
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
    run(Path(__file__).with_name("0011_statuses_undo.sql"))
