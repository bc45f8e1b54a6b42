"""Jobs: the queue of procrastinate, in a schema of its own."""

from alembic import op

from geo.migrations.tables import create

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("CREATE SCHEMA jobs")
    # procrastinate does not name a schema: its objects go to the first of the path.
    op.execute("SET LOCAL search_path TO jobs")
    create(__file__)
    op.execute("SET LOCAL search_path TO DEFAULT")


def downgrade() -> None:
    op.execute("DROP SCHEMA jobs CASCADE")
