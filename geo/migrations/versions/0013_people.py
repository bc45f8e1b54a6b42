"""People: accounts, grants of roles, sessions and tokens, failed sign-ins."""

from alembic import op

from geo.migrations.tables import create, drop

revision = "0013"
down_revision = "0012"

TABLES = ("access.account", "access.role_grant", "access.session", "access.attempt")


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
    op.execute("DROP SCHEMA access CASCADE")
