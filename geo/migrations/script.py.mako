"""${message}."""

from geo.migrations.tables import create, drop

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

TABLES = ()


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
