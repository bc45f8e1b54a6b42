"""Facts bear the code of the smallest area they belong to: who may see them depends on it."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0012_areas_undo.sql"))
