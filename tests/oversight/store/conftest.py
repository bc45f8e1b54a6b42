"""A small sample city with three years of facts, and no statuses yet."""

from datetime import date

import pytest
from sqlalchemy import Engine, text

from geo import boundaries, sample
from tests.oversight.store.kept import CITY

TODAY = date(2026, 3, 2)

_ENTERED = """
    UPDATE {table} SET recorded_at = CAST({began} AS timestamptz) + make_interval(days => 9)
"""
_BEGAN = {
    "registry.contract": "lower(valid)",
    "oversight.rating": "lower(valid)",
    "oversight.violation": "found_on",
    "oversight.rectification_order": "issued_on",
    "oversight.hazard": "found_on",
    "registry.disclosure": "lower(valid)",
    "planning.inspection": "inspected_on",
}
_CORRECTED = """
    INSERT INTO oversight.violation (city_code, compound_id, type_code, offender_kind, company_id,
        severity, found_on, confirmed_on, recorded_at, superseded_at)
    SELECT city_code, compound_id, 'P9', offender_kind, company_id, severity, found_on,
        confirmed_on, recorded_at - interval '5 days', recorded_at
    FROM oversight.violation WHERE offender_kind = 'company' AND id % 3 = 0
"""


@pytest.fixture(scope="module")
def filled(database: Engine) -> Engine:
    """A city of forty invented compounds whose facts end on a day in March 2026.

    They were entered nine days after they began, and some violations corrected five days later.
    """
    boundaries.add_city(database, CITY)
    sample.build(database, CITY, 40, 5, TODAY)
    with database.begin() as connection:
        for table, began in _BEGAN.items():
            connection.execute(text(_ENTERED.format(table=table, began=began)))
        connection.execute(text(_CORRECTED))
    return database


@pytest.fixture(scope="module")
def today() -> date:
    """The last day of the city's facts."""
    return TODAY
