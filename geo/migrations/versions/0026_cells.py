"""Cells of very many compounds are counted in one pass."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0026_cells_undo.sql"))
