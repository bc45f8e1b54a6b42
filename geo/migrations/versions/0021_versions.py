"""A version that is set aside names its fact, so that what was believed can be asked for by number."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0021_versions_undo.sql"))
