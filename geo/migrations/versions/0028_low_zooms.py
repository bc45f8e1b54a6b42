"""Indexes that tiles of low zooms read."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0028_low_zooms_undo.sql"))
