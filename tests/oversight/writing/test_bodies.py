"""What may be sent: dates that have come, known codes, and corrections of what was stated."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from geo.dates import FIRST_DAY, today
from oversight.writing.bodies.common import LAST_DAY, Day, Past
from oversight.writing.resources import DISCLOSURES, RESOURCES, VIOLATIONS


def valid(kind: Any, value: Any) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@given(st.dates())
def test_what_happened_lies_in_the_calendar_and_has_come(day: date) -> None:
    assert valid(Day, day) == (FIRST_DAY <= day <= LAST_DAY)
    assert valid(Past, day) == (FIRST_DAY <= day <= today())


def test_today_has_come_and_tomorrow_has_not() -> None:
    assert valid(Past, today())
    assert not valid(Past, today() + timedelta(days=1))
    assert valid(Day, today() + timedelta(days=1))


@pytest.mark.parametrize("written", [0, 1.5, True, "20260101", "2026-01-01T00:00:00", "2026-02-30"])
def test_a_day_is_written_as_one(written: object) -> None:
    assert not valid(Day, written)
    assert valid(Day, "2026-01-01")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_a_correction_may_leave_everything_out_and_moves_no_fact(resource: Any) -> None:
    correction = resource.correction
    assert correction().given() == {}
    assert not {"compound_id", "compound_code"} & set(correction.model_fields)
    assert set(correction.model_fields) <= set(resource.body.model_fields)


def test_a_correction_clears_only_what_may_be_missing() -> None:
    assert VIOLATIONS.correction.model_validate({"evidence": None}).given() == {"evidence": None}
    with pytest.raises(ValidationError):
        VIOLATIONS.correction.model_validate({"type_code": None})


def test_a_proof_is_no_correction_but_a_step() -> None:
    with pytest.raises(ValidationError):
        VIOLATIONS.correction.model_validate({"confirmed_on": "2026-01-01"})


def test_a_span_is_corrected_by_its_days() -> None:
    sent = DISCLOSURES.correction.model_validate({"until": None, "from": "2026-01-01"})
    assert sent.given() == {"start": date(2026, 1, 1), "end": None}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_every_column_sent_is_a_column_of_the_table(resource: Any) -> None:
    spans = {"start", "end", "term_start", "term_end"}
    apart = {"compound_code", "company_code", "person", "point"}
    sent = set(resource.body.model_fields) - spans - apart
    assert sent <= set(resource.table.c.keys())
