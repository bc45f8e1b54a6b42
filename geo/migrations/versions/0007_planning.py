"""Targets, actions, campaigns, draws, plans, visits, inspections."""

from geo.migrations.tables import create, drop

revision = "0007"
down_revision = "0006"

TABLES = (
    "planning.draw",
    "planning.action",
    "planning.campaign",
    "planning.plan",
    "planning.target",
    "planning.inspector",
    "planning.training",
    "planning.inspector_person",
    "planning.draw_pick",
    "planning.visit",
    "planning.assessment",
    "planning.inspection",
    "planning.campaign_problem",
    "planning.inspection_inspector",
    "planning.inspection_photo",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
