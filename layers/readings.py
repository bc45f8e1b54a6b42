"""How often who read which layer, hour by hour, newest first."""

from datetime import date

from layers.statement import Statement, bind

_SQL = """
    SELECT to_jsonb(r) AS reading FROM audit.reading AS r
    WHERE (CAST(:layer AS text) IS NULL OR r.layer = :layer)
      AND (CAST(:login AS text) IS NULL OR r.login = :login)
      AND (CAST(:since AS date) IS NULL
           OR r.hour >= CAST(:since AS date)::timestamp AT TIME ZONE 'Asia/Shanghai')
      AND (CAST(:until AS date) IS NULL
           OR r.hour < (CAST(:until AS date) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
    ORDER BY r.hour DESC, r.account_id, r.layer, r.what
    OFFSET :skipped LIMIT :rows
"""


def readings(
    *,
    layer: str | None,
    login: str | None,
    since: date | None,
    until: date | None,
    skipped: int,
    limit: int,
) -> Statement:
    """Up to ``limit`` + 1 counts after those ``skipped``: reading (JSON).

    A reading has hour, account_id, login, layer, what (page, one, counts, tile, …), requests.
    ``since`` and ``until`` are days in Asia/Shanghai, both included.
    """
    values = {"layer": layer, "login": login, "since": since, "until": until}
    return bind(_SQL, {**values, "skipped": skipped, "rows": limit + 1})
