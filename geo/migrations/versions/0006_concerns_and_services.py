"""Hazards, complaints, mediation, disclosures, utilities, guards, plaques, notices."""

from geo.migrations.tables import create, drop

revision = "0006"
down_revision = "0005"

TABLES = (
    "oversight.complaint",
    "oversight.hazard",
    "oversight.mediation",
    "registry.disclosure",
    "registry.emergency_plan",
    "registry.fire_feature",
    "registry.guard_filing",
    "registry.notice",
    "registry.presence",
    "registry.utility",
    "registry.work_filing",
    "oversight.complaint_person",
    "registry.plaque",
)


def upgrade() -> None:
    create(__file__)


def downgrade() -> None:
    drop(TABLES)
