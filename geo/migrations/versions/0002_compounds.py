"""Compounds, companies, contracts."""

from geo.migrations.tables import create, drop

revision = "0002"
down_revision = "0001"

TABLES = (
    "registry.company",
    "registry.company_contact",
    "registry.compound",
    "registry.compound_outline",
    "registry.compound_place",
    "registry.contract",
    "registry.contract_manager",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
