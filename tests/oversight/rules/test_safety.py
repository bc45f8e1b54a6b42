"""Hazards, complaints and leads that wait (T8, T9, T10, T15)."""

from oversight.rules.safety import open_complaints, open_hazards, open_leads
from tests.oversight.making import day, fact


def test_t9_t10_a_hazard_is_open_until_cleared_and_overdue_after_its_day() -> None:
    hazard = fact("hazard", found_on="2024-03-01", due_on="2024-03-04", cleared_on="2024-03-08")
    assert not open_hazards([hazard], day("2024-02-29")).open
    assert open_hazards([hazard], day("2024-03-01")).until == day("2024-03-05")
    assert not open_hazards([hazard], day("2024-03-04")).overdue
    assert open_hazards([hazard], day("2024-03-05")).overdue
    assert not open_hazards([hazard], day("2024-03-08")).open


def test_t8_a_complaint_is_open_until_it_is_closed() -> None:
    complaint = fact(
        "complaint", received_on="2024-03-01", due_on="2024-03-16", closed_on="2024-03-10"
    )
    seen = [
        bool(open_complaints([complaint], day(on)))
        for on in ("2024-02-29", "2024-03-01", "2024-03-09", "2024-03-10")
    ]
    assert seen == [False, True, True, False]


def test_t13_a_lead_waits_until_it_is_decided() -> None:
    lead = fact("lead", reported_on="2024-03-01", decided_on="2024-03-10")
    seen = [
        bool(open_leads([lead], day(on)))
        for on in ("2024-02-29", "2024-03-01", "2024-03-09", "2024-03-10")
    ]
    assert seen == [False, True, True, False]
