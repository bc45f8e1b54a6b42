"""Reasons of statuses as lists, their facts as texts."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0031_reasons_as_lists_undo.sql"))
