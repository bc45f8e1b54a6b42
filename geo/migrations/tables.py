"""What migrations that run a ``.sql`` file beside them share."""

from collections.abc import Sequence
from pathlib import Path

from alembic import op


def create(migration: str) -> None:
    """Run the SQL file that lies beside the migration and bears its name."""
    run(Path(migration).with_suffix(".sql"))


def run(file: Path) -> None:
    """Run a SQL file."""
    op.get_bind().exec_driver_sql(_escaped(file.read_text("utf-8")))


def drop(tables: Sequence[str]) -> None:
    """Drop tables, which are named in the order they were made."""
    for table in reversed(tables):
        op.execute(f"DROP TABLE {table}")


def _escaped(sql: str) -> str:
    # psycopg2 reads a percent sign as the start of a parameter.
    return sql.replace("%", "%%")
