"""Generalised outlines in web mercator, and districts' borders each once."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0027_flat_undo.sql"))
