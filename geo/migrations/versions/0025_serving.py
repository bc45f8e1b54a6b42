"""Indexes that tell alone which contracts run, by area and by company."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0025_serving_undo.sql"))
