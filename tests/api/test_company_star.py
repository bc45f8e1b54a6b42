"""T6: a company's own star of a day is made as the policy of that day's status reads it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from oversight import policy
from oversight.policy import versions
from oversight.policy.model import Company
from tests.api.facts import SENT
from tests.api.register import CITY, Office
from tests.support import Service

EARLIER = replace(policy.of_city(CITY), version="f" * 16, company=Company("lowest"))
"""A version of the city's policy that took a company's lowest compound for its star."""
CONFIRMED, BEFORE = SENT["violations"]["confirmed_on"], "2026-03-04"


@pytest.fixture
def company(writer: Office, written: Service) -> int:
    """Of two rated compounds; another version made its status until a breach was proven."""
    writer.enter("notices", **SENT["notices"])  # so that the other compound has a status
    number = int(writer.enter("violations", **SENT["violations"])["company_id"])
    earlier = text("""
        UPDATE oversight.company_status SET policy_version = :version
        WHERE company_id = :company AND NOT upper_inf(valid)
    """)
    with written.engine.begin() as connection:
        versions.keep(connection, EARLIER)
        given = {"company": number, "version": EARLIER.version}
        assert connection.execute(earlier, given).rowcount
    return number


@pytest.mark.parametrize(
    ("day", "version", "reading", "star"),
    [
        (CONFIRMED, policy.of_city(CITY).version, "weighted_mean", 3.5),
        (BEFORE, EARLIER.version, "lowest", 3.0),
    ],
)
def test_its_star_is_made_by_the_version_that_made_its_status(
    writer: Office, company: int, day: str, version: str, reading: str, star: float
) -> None:
    answer = writer.client.get(f"/companies/{company}/status", params={"as_of": day})
    found: dict[str, Any] = answer.raise_for_status().json()
    assert found["policy"]["version"] == version
    assert sorted(one["effective_star"] for one in found["projects"]) == [3, 4]
    assert found["own_star"] == star
    assert found["own_star_reading"]["value"] == reading
