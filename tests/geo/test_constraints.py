"""Every constraint of the schema refuses what it should, read from the catalogue itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from geo.models import SCHEMAS, Base

FACTS = [schema for schema in SCHEMAS if schema not in {"access", "audit"}]
"""Accounts and the audit have tests of their own."""
POLYGON = "SRID=4326;MULTIPOLYGON(((106 38,106.1 38,106.1 38.1,106 38)))"
BOW_TIE = "SRID=4326;MULTIPOLYGON(((106 38,106.1 38.1,106.1 38,106 38.1,106 38)))"

# A value for every type a column may have; a row made of them breaks no check.
VALUES: dict[str, Any] = {
    "text": "x",
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "double precision": 1.0,
    "boolean": False,
    "date": "2025-01-01",
    "daterange": "[2025-01-01,2026-01-01)",
    "timestamp with time zone": "2025-01-01T00:00:00Z",
    "jsonb": "{}",
    "text[]": "{}",
    "integer[]": "{}",
    "geometry(MultiPolygon,4326)": POLYGON,
    "geometry(Point,4326)": "SRID=4326;POINT(106 38)",
    "geometry(Geometry,4326)": "SRID=4326;POINT(106 38)",
}

# Columns whose plain value would not do.
FITTING: dict[str, dict[str, Any]] = {
    "city": {"code": "640100"},
    "district": {"code": "640104"},
    "street": {"code": "640104001"},
    "community": {"code": "640104001001"},
    "assessment": {"district_code": "640104", "year": 2025},
    "complaint": {"compound_id": 1},
    "file": {"city_code": "640100"},
    "inspection_photo": {"sha256": "0" * 64},
    "jurisdiction": {"family": "safety"},
    "measure": {"company_id": 1, "authority": "x", "document": "x"},
    "referral": {"answered_on": "2025-03-03"},
    "status": {"exit_case": True, "exit_ground": "third_rung"},
    "target": {"year": 2025},
}

# Rules that many tables share: what breaks them.
GENERAL: dict[str, list[dict[str, Any]]] = {
    "isempty(valid)": [{"valid": "empty"}, {"valid": "(,2025-01-01)"}],
    "st_isvalid": [{"geom": BOW_TIE}],
}

# Rules with a meaning of their own: what breaks them.
BROKEN: dict[str, dict[str, Any]] = {
    "agency_level_district_check": {"level": "county", "district_code": None},
    "assembly_vote_voted_check": {"voted": 11, "entitled": 10},
    "assessment_one_subject_check": {"street_code": "640104001"},
    "committee_party_members_count_check": {"members_count": 5, "party_members_count": 6},
    "committee_pilot_check": {"kind": "committee", "pilot": True},
    "company_name_check": {"name": ""},
    "complaint_about_check": {"compound_id": None},
    "compound_floor_area_m2_check": {"floor_area_m2": -1},
    "compound_households_check": {"households": -1},
    "compound_name_check": {"name": ""},
    "contract_ended_check": {"end_reason": "expired", "valid": "[2025-01-01,)"},
    "contract_fee_per_m2_check": {"fee_per_m2": -0.1},
    "contract_filed_check": {"filed": False, "filed_on": "2025-01-01"},
    "draw_size_check": {"size": 0},
    "exit_case_withdrawn_check": {"withdrawn_on": "2025-01-01", "reason": None},
    "file_bytes_check": {"bytes": -1},
    "guard_filing_certified_check": {"guards": 3, "certified": 4},
    "inspection_findings_count_check": {"findings_count": -1},
    "inspection_photo_sha256_check": {"sha256": "zz"},
    "jurisdiction_area_check": {"district_code": "640104", "geom": POLYGON},
    "jurisdiction_breach_check": {"family": "safety", "type_code": "P1"},
    "measure_due_on_done_on_order_check": {"due_on": "2025-01-02", "decided_on": "2025-01-01"},
    "lead_proven_check": {"outcome": "unproven", "violation_id": 1},
    "measure_decided_check": {"decided_on": "2025-01-02", "authority": None},
    "measure_done_check": {"done_on": "2025-01-02", "decided_on": None},
    "measure_subject_check": {"company_id": None, "compound_id": None},
    "measure_withdrawn_check": {"withdrawn_on": "2025-01-02", "reason": None},
    "order_extension_reason_check": {"reason": ""},
    "order_reopening_reason_check": {"reason": ""},
    "rectification_order_withdrawn_on_check": {"withdrawn_on": "2024-12-31"},
    "referral_answered_check": {"outcome": "warned", "answered_on": None},
    "referral_extension_reason_check": {"reason": ""},
    "referral_reopening_reason_check": {"reason": ""},
    "referral_withdrawn_on_check": {"withdrawn_on": "2024-12-31"},
    "status_exit_case_check": {"exit_case": False},
    "target_goal_check": {"goal": -1},
    "training_attendees_check": {"attendees": -1},
    "violation_appealed_on_check": {"confirmed_on": "2025-02-01", "appealed_on": "2025-01-31"},
    "violation_offender_committee_check": {"offender_kind": "member", "committee_id": None},
    "violation_offender_company_check": {"offender_kind": "company", "company_id": None},
    "violation_revoked_on_check": {"confirmed_on": "2025-02-01", "revoked_on": "2025-01-31"},
    "visit_minutes_check": {"minutes": 0},
}


@dataclass(frozen=True)
class Constraint:
    """One constraint as the catalogue tells it."""

    schema: str
    table: str
    name: str
    kind: str
    definition: str


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A connection whose changes are undone, and for which foreign keys do not matter."""
    with database.connect() as made:
        made.execute(text("SET session_replication_role = replica"))
        yield made
        made.rollback()


def test_every_check_refuses_what_breaks_it(connection: Connection) -> None:
    checks = list(_constraints(connection, "c"))
    assert len(checks) > 150
    for check in checks:
        with connection.begin_nested() as fitting:
            _insert(connection, check.schema, check.table, {})
            fitting.rollback()
        for broken in _breaking(check):
            with pytest.raises(IntegrityError, match=check.name), connection.begin_nested():
                _insert(connection, check.schema, check.table, broken)


def test_every_exclusion_refuses_two_facts_on_the_same_day(connection: Connection) -> None:
    exclusions = list(_constraints(connection, "x"))
    assert len(exclusions) >= 15
    for exclusion in exclusions:
        where = (exclusion.schema, exclusion.table)
        with connection.begin_nested():
            _insert(connection, *where, {"valid": "[2025-01-01,2025-07-01)"})
            _insert(connection, *where, {"valid": "[2025-07-01,)"}, number=1)
            if "superseded_at" in exclusion.definition:
                superseded = {"valid": "[2025-06-30,)", "superseded_at": "2025-07-01T00:00:00Z"}
                _insert(connection, *where, superseded, number=2)
        with pytest.raises(IntegrityError, match=exclusion.name), connection.begin_nested():
            _insert(connection, *where, {"valid": "[2025-06-30,)"}, number=3)


def test_rows_that_refer_to_nothing_are_refused(connection: Connection) -> None:
    tables = {(key.schema, key.table) for key in _constraints(connection, "f")}
    assert len(tables) > 55
    connection.execute(text("SET session_replication_role = origin"))
    for schema, table in sorted(tables):
        with pytest.raises(IntegrityError, match="foreign key"), connection.begin_nested():
            _insert(connection, schema, table, {})


SENDER = {"account_id", "grant_id", "session_id"}


def test_every_reference_has_a_foreign_key(connection: Connection) -> None:
    referring = {
        (constraint.schema, constraint.table, column)
        for constraint in _constraints(connection, "f")
        for column in re.findall(r"FOREIGN KEY \((\w+)\)", constraint.definition)
    }
    for table in Base.metadata.tables.values():
        if table.schema not in FACTS:
            continue
        for column in table.columns:
            points_elsewhere = re.fullmatch(
                r".*_id|(city|district|street|community|type)_code", column.name
            )
            # Where a fact came from is a mark, not a reference: see geo.models.base.Imported.
            mark = column.name == "import_id" and table.schema != "imports"
            # Rows that follow from others: see geo.models.statuses.Derived.
            mark |= table.name in {"status", "status_public", "company_status"}
            # Triggers write what tiles and pages are read from: see geo.models.drawn.
            drawn = ("mark", "band", "star", "cell", "geojson", "feature", "outdated")
            mark |= table.name in {f"compound_{one}" for one in drawn}
            # Who sent a file is told also after the account is gone: see access.submitted.
            mark |= table.fullname == "imports.file" and column.name in SENDER
            if points_elsewhere and not mark and column.name not in {"request_id"}:
                assert (table.schema, table.name, column.name) in referring


def test_every_foreign_key_of_a_fact_is_indexed(connection: Connection) -> None:
    first_columns = {
        tuple(row)
        for row in connection.execute(
            text("""
                SELECT n.nspname, t.relname, a.attname
                FROM pg_index AS i
                JOIN pg_class AS t ON t.oid = i.indrelid
                JOIN pg_namespace AS n ON n.oid = t.relnamespace
                JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
            """)
        )
    }
    small = {("type_code", "lead"), ("type_code", "hazard"), ("type_code", "complaint")}
    for constraint in _constraints(connection, "f"):
        for column in re.findall(r"FOREIGN KEY \((\w+)\)", constraint.definition):
            if (column, constraint.table) not in small:
                assert (constraint.schema, constraint.table, column) in first_columns


def _constraints(connection: Connection, kind: str) -> Iterator[Constraint]:
    rows = connection.execute(
        text("""
            SELECT n.nspname, t.relname, c.conname, c.contype::text, pg_get_constraintdef(c.oid)
            FROM pg_constraint AS c
            JOIN pg_class AS t ON t.oid = c.conrelid
            JOIN pg_namespace AS n ON n.oid = t.relnamespace
            WHERE n.nspname = ANY(:ours) AND c.contype = :kind
            ORDER BY 1, 2, 3
        """),
        {"ours": FACTS, "kind": kind},
    )
    return (Constraint(*row) for row in rows.all())


def _breaking(check: Constraint) -> list[dict[str, Any]]:
    """Rows, as far as they differ from a fitting one, that the check must refuse."""
    definition = check.definition
    if check.name in BROKEN:
        return [BROKEN[check.name]]
    for phrase, broken in GENERAL.items():
        if phrase in definition:
            return broken
    if listed := re.match(r'CHECK \(\("?(\w+)"? = ANY', definition):
        return [{listed[1]: "no such code"}]
    if digits := re.match(r"CHECK \(\((\w+) ~ '\^\[0-9\]", definition):
        return [{digits[1]: "64010x"}]
    bounds = r'\(\("?(\w+)"? >=? \(?(\d+)\)?[^)]*\) AND \("?\w+"? <= \(?(\d+)\)?'
    if between := re.search(bounds, definition):
        column, low, high = between[1], int(between[2]), int(between[3])
        return [{column: low - 1}, {column: high + 1}]
    pairs = re.findall(r"\((\w+) <= (\w+)\)", definition)
    assert pairs, f"{check.name} has no case: {definition}"
    return [{earlier: "2025-02-02", later: "2025-01-01"} for earlier, later in pairs]


def _insert(
    connection: Connection, schema: str, table: str, given: dict[str, Any], number: int = 0
) -> None:
    row = _row(connection, schema, table, given)
    columns = _columns(connection, schema, table)
    if "id" in columns:
        row["id"] = -1 - number
    if table == "rating":
        row["round_id"] = number
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"CAST(:{name} AS {columns[name]})" for name in row)
    connection.execute(text(f"INSERT INTO {schema}.{table} ({names}) VALUES ({values})"), row)


def _row(connection: Connection, schema: str, table: str, given: dict[str, Any]) -> dict[str, Any]:
    required = {
        column.name: VALUES[_columns(connection, schema, table)[column.name]]
        for column in Base.metadata.tables[f"{schema}.{table}"].columns
        if not column.nullable
        and column.server_default is None
        and column.identity is None
        and column.computed is None
    }
    return {**required, **_plain(table), **_first_codes(connection, schema, table), **given}


def _plain(table: str) -> dict[str, Any]:
    return FITTING.get(table, {})


def _first_codes(connection: Connection, schema: str, table: str) -> dict[str, Any]:
    """The first allowed code of each listed column that must have a value."""
    model = Base.metadata.tables[f"{schema}.{table}"]
    firsts = {}
    for check in _constraints(connection, "c"):
        listed = re.match(r"CHECK \(\(\"?(\w+)\"? = ANY \(ARRAY\['([^']+)'", check.definition)
        if listed and check.table == table and not model.columns[listed[1]].nullable:
            firsts[listed[1]] = "unknown" if listed[1] == "offender_kind" else listed[2]
    firsts.update({"level": "city"} if table == "agency" else {})
    return firsts


def _columns(connection: Connection, schema: str, table: str) -> dict[str, str]:
    rows = connection.execute(
        text("""
            SELECT attname, format_type(atttypid, atttypmod) AS kind
            FROM pg_attribute
            WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped
        """),
        {"name": f"{schema}.{table}"},
    )
    return {row.attname: row.kind for row in rows}
