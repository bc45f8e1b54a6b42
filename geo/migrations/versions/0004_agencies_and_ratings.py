"""Agencies, jurisdictions, duties, violation types, rating rounds, ratings, statuses."""

from geo.migrations.tables import create, drop

revision = "0004"
down_revision = "0003"

TABLES = (
    "oversight.violation_type",
    "oversight.duty",
    "oversight.rating_round",
    "oversight.agency",
    "oversight.jurisdiction",
    "oversight.rating",
    "oversight.status",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
