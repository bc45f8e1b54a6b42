"""Whoever answers requests records events in the name of whose session it bears, or none."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0029_record_undo.sql"))
