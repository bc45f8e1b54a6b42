"""The person of an account can be erased from it."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0030_erased_undo.sql"))
