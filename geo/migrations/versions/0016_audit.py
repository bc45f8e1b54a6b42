"""Audit: rows only through ``audit.record()``, months apart, personal values apart, seals."""

from pathlib import Path

from geo.migrations.tables import create, drop, run

revision = "0016"
down_revision = "0015"

TABLES = ("audit.personal_field", "audit.person_value", "audit.seal")


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
    run(Path(__file__).with_name("0016_audit_undo.sql"))
