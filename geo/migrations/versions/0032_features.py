"""Whole features of compounds, kept as everybody reads them today."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0032_features_undo.sql"))
