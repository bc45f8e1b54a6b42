"""Narrow tables that tiles of compounds are read from, kept up by triggers."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0022_drawn_undo.sql"))
