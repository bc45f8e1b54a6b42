"""All that tiles show of a compound in the rows they are drawn from."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0034_drawn_flat_undo.sql"))
