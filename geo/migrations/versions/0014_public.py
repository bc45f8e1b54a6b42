"""What everybody may know of a compound's status, in a table of its own."""

from geo.migrations.tables import create, drop

revision = "0014"
down_revision = "0013"

TABLES = ("oversight.status_public",)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
