"""Places: city, district, street, community, grid cell, outlines."""

from alembic import op

from geo.migrations.tables import create, drop

revision = "0001"
down_revision = None

TABLES = (
    "registry.city",
    "registry.district",
    "registry.district_boundary",
    "registry.street",
    "registry.community",
    "registry.district_generalised",
    "registry.street_boundary",
    "registry.community_boundary",
    "registry.grid_cell",
    "registry.street_generalised",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
    # Extensions stay: they may have been there before, and other schemas may use them.
    for schema in ("audit", "planning", "oversight", "registry"):
        op.execute(f"DROP SCHEMA {schema}")
