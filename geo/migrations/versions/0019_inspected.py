"""The day of an inspection beside who made it, so that an inspector's last month is found at once."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0019_inspected_undo.sql"))
