"""Which statuses changed, and why, as it is answered."""

from api.changed import differing
from oversight.status import CompanyStatus, Reason

CITY = "640100"
BEFORE = CompanyStatus(1, 0, None, (), 0.0, (), False, False, False, (), ())
REASON = Reason("company_rung", "T3", (), "ladder.count", "1")


def test_a_status_that_is_the_same_is_not_told() -> None:
    assert differing("company", [(1, BEFORE, BEFORE._replace(holds_until=None))], CITY) == []


def test_a_new_reason_is_told_once_and_an_old_one_as_gone() -> None:
    after = BEFORE._replace(rung=1, reasons=(REASON,))
    (there,) = differing("company", [(1, BEFORE, after)], CITY)
    assert (there["company"], there["before"]["rung"], there["after"]["rung"]) == (1, 0, 1)
    assert [why["code"] for why in there["why"]] == ["company_rung"]
    assert there["no_longer"] == []
    (back,) = differing("company", [(1, after, BEFORE)], CITY)
    assert back["why"] == []
    assert [why["setting"] for why in back["no_longer"]] == ["ladder.count"]


def test_a_first_status_has_nothing_before() -> None:
    (first,) = differing("company", [(1, None, BEFORE)], CITY)
    assert first["before"] is None
    assert "reasons" not in first["after"]
