"""Breaches and what follows from them."""

from geo.migrations.tables import create, drop

revision = "0005"
down_revision = "0004"

TABLES = (
    "oversight.exit_case",
    "oversight.measure",
    "oversight.violation",
    "oversight.lead",
    "oversight.published_case",
    "oversight.rectification_order",
    "oversight.referral",
    "registry.committee_step",
    "oversight.order_extension",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
