"""Self-government: committees, members, votes."""

from geo.migrations.tables import create, drop

revision = "0003"
down_revision = "0002"

TABLES = (
    "registry.assembly_vote",
    "registry.committee",
    "registry.member",
    "registry.member_person",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
