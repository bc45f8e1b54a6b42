"""Imports: files, held rows, repairs; facts say where they came from; a current row is kept once."""

from pathlib import Path

from alembic import op

from geo.migrations.tables import create, drop, run

revision = "0009"
down_revision = "0008"

TABLES = (
    "imports.file",
    "imports.repair",
    "imports.held_row",
    "imports.finding",
    "oversight.compound_jurisdiction",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
    run(Path(__file__).with_name("0009_imports_undo.sql"))
    op.execute("DROP SCHEMA imports")
