"""Whatever a written fact changes in a status, the answer says why."""

from typing import Any

import pytest

from oversight.store.rebuild import rebuild
from tests.api.facts import CORRECTED, SENT, sendable
from tests.api.register import Office
from tests.support import Service


@pytest.fixture(autouse=True, scope="module")
def _known(written: Service) -> None:
    """All compounds have a status before the first fact."""
    rebuild(written.engine, workers=1)


def unexplained(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        one
        for one in answer["changed"]
        if one["before"] is not None and not (one["why"] or one["no_longer"])
    ]


@pytest.mark.parametrize("resource", SENT)
def test_each_kind_of_fact_that_changes_a_status_says_why(writer: Office, resource: str) -> None:
    entered = writer.client.post(f"/{resource}", json=sendable(writer, resource))
    assert entered.status_code == 201, entered.text
    assert unexplained(entered.json()) == []
    number = entered.json()["fact"]["id"]
    corrected = writer.client.patch(
        f"/{resource}/{number}",
        json=CORRECTED[resource],
        headers={"If-Match": entered.headers["etag"]},
    )
    assert corrected.status_code == 200, corrected.text
    assert unexplained(corrected.json()) == []


def test_a_gap_that_no_fact_shows_is_told_when_it_comes_and_when_it_goes(writer: Office) -> None:
    notice = {"compound_id": 3, "posted_on": "2026-02-15"}
    answer = writer.client.post("/notices", json=notice).json()
    (changed,) = answer["changed"]
    assert [(why["row"], why["detail"]) for why in changed["no_longer"]] == [
        ("T14", "notice_missing")
    ]
    gone = writer.step("notices", answer["fact"]["id"], "remove", on="2026-06-01").json()
    (changed,) = gone["changed"]
    assert [(why["row"], why["zh"]) for why in changed["why"]] == [("T14", "管理责任清单未公示")]
