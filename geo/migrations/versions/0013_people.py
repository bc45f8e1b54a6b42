"""People: accounts, grants of roles, sessions and tokens, failed sign-ins."""

from alembic import op

from geo.migrations.tables import create

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    # With what the rules of access made of it: functions, and the policies that ask them.
    op.execute("DROP SCHEMA access CASCADE")
