"""Whose file an import is, and how often who read what."""

from pathlib import Path

from geo.migrations.tables import create, drop, run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0018_submitters_undo.sql"))
    drop(["audit.reading"])
