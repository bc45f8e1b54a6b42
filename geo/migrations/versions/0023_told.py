"""Changes of all that the public reads in features are told, not only of what is drawn."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0023_told_undo.sql"))
