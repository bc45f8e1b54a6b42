"""Whatever way statuses were written, they say what an assessment of that day says."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from oversight.assess import assess, assess_company
from oversight.policy import of_city
from oversight.policy.model import Policy
from oversight.store import locks
from oversight.store.reading import read_companies, read_compounds
from oversight.store.rebuild import rebuild
from oversight.store.refresh import refresh, roll_over
from oversight.store.stored import company_at, status_at
from tests.oversight.store.kept import CITY, companies, compounds, forget, under, written

DAY = timedelta(days=1)


def policies() -> Iterator[Policy]:
    """The city's policy, and two that make compounds depend on what their company did elsewhere."""
    plain = of_city(CITY)
    yield plain
    yield replace(
        plain,
        version="everywhere",
        ladder=replace(plain.ladder, scope="company", window=18),
        exit=replace(plain.exit, reach="all_served"),
    )
    yield replace(plain, version="known", asof=replace(plain.asof, basis="known"))


@pytest.fixture(params=list(policies()), ids=lambda policy: policy.version[:10])
def policy(request: pytest.FixtureRequest) -> Iterator[Policy]:
    with under(request.param):
        yield request.param


def test_a_past_day_is_read_as_it_would_be_assessed(
    filled: Engine, today: date, policy: Policy
) -> None:
    rebuild(filled, on=today, workers=1)
    drawn = random.Random(7)  # noqa: S311 - nothing secret
    with filled.connect() as connection:
        for facts in read_compounds(connection, compounds(connection), policy, with_companies=True):
            turns = connection.scalars(
                text("SELECT lower(valid) FROM oversight.status WHERE compound_id = :id"),
                {"id": facts.id},
            ).all()
            for day in _days(drawn, list(turns), today):
                read = status_at(connection, facts.id, day)
                afresh = assess(facts, policy, day)
                assert (read is None) == (day < min(turns))
                if read is not None:
                    assert read.status._replace(holds_until=None) == afresh._replace(
                        holds_until=None
                    )
        for company in read_companies(connection, companies(connection), policy):
            for day in _days(drawn, [], today):
                found = company_at(connection, company.id, day)
                if found is not None:
                    assert found.status._replace(holds_until=None) == assess_company(
                        company, policy, day
                    )._replace(holds_until=None)


def test_refreshing_each_compound_writes_what_a_rebuild_writes(
    filled: Engine, today: date, policy: Policy
) -> None:
    rebuild(filled, on=today, workers=1)
    rebuilt = written(filled)
    assert len(rebuilt["oversight.status"]) > 400
    forget(filled)
    with filled.begin() as connection:
        everyone = {"compounds": compounds(connection), "companies": companies(connection)}
        locks.lock(connection, **everyone)
        refresh(connection, on=today, **everyone)
    assert written(filled) == rebuilt


def test_refreshing_again_changes_no_row(filled: Engine, today: date) -> None:
    rebuild(filled, on=today, workers=1)
    before = _versions(filled)
    with filled.begin() as connection:
        changes = refresh(
            connection,
            compounds=compounds(connection),
            companies=companies(connection),
            on=today,
        )
    assert _versions(filled) == before
    assert all(was == now for _, was, now in (*changes.compounds, *changes.companies))


def test_facts_changed_one_by_one_leave_what_a_rebuild_writes(
    filled: Engine, today: date, policy: Policy
) -> None:
    rebuild(filled, on=today, workers=1)
    drawn = random.Random(3)  # noqa: S311 - nothing secret
    for number in range(30):
        with filled.begin() as connection:
            compound = drawn.choice(compounds(connection))
            locks.lock(connection, [compound])
            touched = _change(connection, drawn, compound, number, today)
            refresh(connection, compounds=[compound], companies=touched, on=today)
    piece_by_piece = written(filled)
    rebuild(filled, on=today, workers=1)
    assert written(filled) == piece_by_piece


def test_rolling_over_day_by_day_writes_what_a_rebuild_writes(
    filled: Engine, today: date, policy: Policy
) -> None:
    rebuild(filled, on=today, workers=1)
    last = today + 120 * DAY
    due = sum(roll_over(filled, today + step * DAY) for step in range(1, 121))
    assert due >= 5
    assert roll_over(filled, last) == 0
    rolled = written(filled)
    rebuild(filled, on=last, workers=1)
    assert written(filled) == rolled


def test_days_that_nobody_rolled_over_are_made_up_for(filled: Engine, today: date) -> None:
    rebuild(filled, on=today, workers=1)
    roll_over(filled, today + 90 * DAY)
    rolled = written(filled)
    rebuild(filled, on=today + 90 * DAY, workers=1)
    assert written(filled) == rolled


def test_what_holds_from_today_on_leaves_the_past_as_it_was_written(
    filled: Engine, today: date
) -> None:
    later = today + 60 * DAY
    rebuild(filled, on=later, workers=1)
    wanted = _on(filled, later)
    rebuild(filled, on=today, workers=1)
    past = _on(filled, today - DAY)
    began = rebuild(filled, on=later, today_only=True, workers=1)
    assert _on(filled, later) == wanted
    assert _on(filled, today - DAY) == past
    assert 0 < began.rows < 40 + len(past[1])
    assert rebuild(filled, on=later, today_only=True, workers=1).rows == 0


def _days(drawn: random.Random, turns: list[date], today: date) -> list[date]:
    picked = drawn.sample(turns, min(6, len(turns)))
    days = {day + step * DAY for day in picked for step in (-1, 0)}
    days |= {today - drawn.randrange(1200) * DAY for _ in range(4)} | {today}
    return sorted(days)


def _versions(target: Engine) -> list[Any]:
    """The rows' places in the table, which a rewritten row changes."""
    with target.connect() as connection:
        return list(connection.scalars(text("SELECT ctid::text FROM oversight.status ORDER BY 1")))


def _on(target: Engine, day: date) -> tuple[list[Any], list[Any]]:
    """What holds on a day, but for since when it is written and when it is to be looked at."""
    with target.connect() as connection:
        found = [
            connection.execute(
                text(
                    "SELECT to_jsonb(s) - 'valid' - 'holds_until'"
                    f" FROM {table} AS s WHERE valid @> CAST(:day AS date) ORDER BY {key}"
                ),
                {"day": day},
            ).all()
            for table, key in (
                ("oversight.status", "compound_id"),
                ("oversight.company_status", "company_id"),
            )
        ]
    return found[0], found[1]


def _change(
    connection: Connection, drawn: random.Random, compound: int, number: int, today: date
) -> list[int]:
    """Change one fact of a compound; returns the companies it is about."""
    happened = today - drawn.randrange(700) * DAY
    known = {"compound": compound, "on": happened, "type": f"P{1 + number % 9}", "today": today}
    match number % 4:
        case 0 | 1:
            entered = """
                INSERT INTO oversight.violation (city_code, compound_id, type_code, offender_kind,
                    company_id, severity, found_on, confirmed_on, synthetic)
                SELECT city_code, compound_id, :type, 'company', company_id, 'general', :on, :on,
                    true
                FROM registry.contract WHERE compound_id = :compound AND superseded_at IS NULL
                LIMIT 1 RETURNING company_id
            """
        case 2:
            entered = """
                UPDATE oversight.violation SET revoked_on = :today
                WHERE id = (SELECT max(id) FROM oversight.violation
                            WHERE compound_id = :compound AND offender_kind = 'company'
                              AND superseded_at IS NULL AND confirmed_on <= :today)
                RETURNING company_id
            """
        case _:
            entered = """
                UPDATE registry.contract SET valid = daterange(lower(valid), CAST(:today AS date))
                WHERE compound_id = :compound AND superseded_at IS NULL
                  AND valid @> CAST(:today AS date) - 1
                RETURNING company_id
            """
    return list(connection.scalars(text(entered), known))
