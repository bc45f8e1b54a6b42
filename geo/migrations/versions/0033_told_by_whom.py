"""What is told of a change of the map names the transaction that made it."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0033_told_by_whom_undo.sql"))
