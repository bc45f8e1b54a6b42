"""Names and telephone numbers that come with a fact: they stand in a table of their own."""

from pathlib import Path

from sqlalchemy import text

from geo.imports.draft import Draft

TABLES = {
    "companies": (
        "registry.company_contact",
        "company_id",
        {"head_name": "head_name", "phone": "phone"},
    ),
    "contracts": (
        "registry.contract_manager",
        "contract_id",
        {"manager_name": "name", "manager_phone": "phone"},
    ),
    "complaints": (
        "oversight.complaint_person",
        "complaint_id",
        {"person_name": "name", "phone": "phone", "statement": "statement"},
    ),
}
"""By kind: the table, what it refers to the fact by, and its columns by field."""

_AUDIT = Path(__file__).with_name("persons_audit.sql").read_text("utf-8")
_UPSERT = """
    WITH touched AS (
        INSERT INTO {table} AS held ({key}, {columns})
        SELECT draft.id, {said}
        FROM draft
        JOIN staged USING ("row")
        WHERE num_nonnulls({said}) > 0
        ON CONFLICT ({key}) DO UPDATE
        SET {set}
        WHERE ({merged}) IS DISTINCT FROM ({held})
        RETURNING {key} AS id
    )
    UPDATE draft SET changed = TRUE FROM touched WHERE touched.id = draft.id AND NOT is_new
"""


def write(draft: Draft) -> None:
    """Write who stands behind the drafted facts, where the rows say; blank cells change nothing.

    A value that takes the place of another is written to the audit.
    """
    if draft.plan.profile.kind not in TABLES:
        return
    table, key, columns = TABLES[draft.plan.profile.kind]
    merged = {column: f"coalesce(EXCLUDED.{column}, held.{column})" for column in columns.values()}
    names = {
        "table": table,
        "key": key,
        "columns": ", ".join(columns.values()),
        "said": ", ".join(f'staged."{field}"' for field in columns),
        "set": ", ".join(f"{column} = {value}" for column, value in merged.items()),
        "merged": ", ".join(merged.values()),
        "held": ", ".join(f"held.{column}" for column in columns.values()),
        "was": ", ".join(f"'{column}', held.{column}" for column in columns.values()),
        "becomes": ", ".join(
            f"'{column}', staged.\"{field}\"" for field, column in columns.items()
        ),
    }
    origin = {"actor": draft.writing.actor, "import_id": draft.writing.import_id}
    draft.connection.execute(text(_AUDIT.format(**names)), origin)
    draft.connection.execute(text(_UPSERT.format(**names)))
