"""What a row leaves open and other facts tell: the company that serves, the compound at a point.

Each kind's script adds columns ``derived_<column>`` to ``staged``. They are taken where a new fact
needs a value its row does not give, and tell which fact a row means; they never contradict what is
recorded.
"""

from pathlib import Path

from sqlalchemy import Connection, text

from geo.imports.problems import Reason, reasons
from geo.imports.profile import Profile
from geo.imports.staged import Writing

NEAR_M = 30
"""A point so near to one compound and no other, in metres, is taken to be about it."""

COLUMNS = {
    "violations": ("company_id", "committee_id", "severity"),
    "orders": ("compound_id", "company_id"),
    "rating_rounds": ("company_id",),
    "hazards": ("compound_id", "severity"),
    "complaints": ("compound_id", "due_on"),
    "jurisdictions": ("level",),
    "agencies": ("level",),
}
"""By kind, the columns of its table that have a derived value."""

reasons(
    several_compounds_here=Reason(
        zh="该位置对应不止一个小区：{candidates}。请填写小区名称或编号",
        en="several compounds lie at this point: {candidates}. Give the compound's name or number",
        verdict="review",
    ),
    violation_elsewhere=Reason(
        zh="{title}“{value}”登记在另一个小区（{compound}）。请核对违规编号或小区",
        en='{title} "{value}" is recorded for another compound ({compound}). Check the number of'
        " the violation or the compound",
    ),
)


def add(connection: Connection, profile: Profile, writing: Writing) -> None:
    """Add the derived columns of this kind to ``staged``; references are resolved already."""
    if profile.kind in COLUMNS:
        script = Path(__file__).with_name(f"{profile.kind}.sql").read_text("utf-8")
        given = {"city": writing.city, "near_m": NEAR_M, "days": writing.complaint_days}
        connection.execute(text(script), given)
