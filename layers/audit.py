"""Events of the audit, newest first."""

from datetime import date

from layers.statement import Statement, bind

_SQL = """
    SELECT id, to_jsonb(e) - 'xid' - 'system_id' AS event
    FROM audit.event AS e
    WHERE (CAST(:table AS text) IS NULL OR e.table_name = :table)
      AND (CAST(:key AS text) IS NULL OR e.row_key = :key)
      AND (CAST(:login AS text) IS NULL OR e.actor = :login)
      AND (CAST(:since AS date) IS NULL
           OR e.at >= CAST(:since AS date)::timestamp AT TIME ZONE 'Asia/Shanghai')
      AND (CAST(:until AS date) IS NULL
           OR e.at < (CAST(:until AS date) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
      AND (CAST(:before AS bigint) IS NULL OR e.id < :before)
    ORDER BY e.id DESC
    LIMIT :rows
"""


def events(
    *,
    table: str | None,
    key: str | None,
    login: str | None,
    since: date | None,
    until: date | None,
    before: int | None,
    limit: int,
) -> Statement:
    """Up to ``limit`` + 1 events, as far as the row policies let them be seen: id, event (JSON).

    ``since`` and ``until`` are days in Asia/Shanghai, both included.
    """
    values = {"table": table, "key": key, "login": login, "since": since, "until": until}
    return bind(_SQL, {**values, "before": before, "rows": limit + 1})
