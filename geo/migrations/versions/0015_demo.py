"""Whether the database is a demonstration: then it takes rows of the sample only."""

from alembic import op

from geo.migrations.tables import create, drop

revision = "0015"
down_revision = "0014"

TABLES = ("access.demo",)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    op.execute("DROP FUNCTION access.refuse_real() CASCADE")
    drop(TABLES)
