"""Changes of what the map draws are told (NOTIFY), so that kept tiles are given up at once."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0020_told_undo.sql"))
