"""The GeoJSON of compounds' shapes, written when they come."""

from pathlib import Path

from geo.migrations.tables import create, run

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    run(Path(__file__).with_name("0024_geojson_undo.sql"))
