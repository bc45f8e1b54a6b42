"""T14: who answers for what in a compound, over HTTP: agencies, shares, days, gaps, names."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from geo.models.codes import DUTY_BODIES
from oversight.bodies import BODIES
from oversight.policy import of_city
from tests.oversight import claims
from tests.oversight.claims import CITY, EAST, FIRST, SECOND, WEST, agency, claim
from tests.people import client_of
from tests.support import served

EARLIER, LATER = "2025-12-31", "2026-01-01"


@pytest.fixture(scope="module")
def here(database: Engine) -> Iterator[httpx.Client]:
    """Anybody, in a city where a compound lies in two streets and another in two districts."""
    with database.begin() as connection:
        claims.found(connection)
        housing = agency(connection, "housing", "市住建局", hotline="12345")
        for family in claims.FAMILIES:
            claim(connection, housing, family, "accept")
        for district, name in ((EAST, "东城公安分局"), (WEST, "西城公安分局")):
            police = agency(connection, "police", name, district, hotline=f"110-{district}")
            claim(connection, police, "P9", area=district, legal_basis="条例第九条")
        for street, name in ((FIRST, "甲中队"), (SECOND, "乙中队")):
            squad = agency(connection, "urban_enforcement", name)
            claim(connection, squad, "P2", area=street, valid="[2020-01-01,2026-01-01)")
            claim(connection, squad, "P2", area=street, hotline="0951", valid="[2026-01-01,)")
        before = agency(connection, "fire", "旧消防队")
        claim(connection, before, "safety", valid="[2020-01-01,2026-01-01)")
    with served(database) as service, client_of(service.url, None) as client:
        yield client


def asked(client: httpx.Client, compound: int, **query: str) -> list[dict[str, Any]]:
    """The groups of breaches that are answered for alike."""
    answer = client.get(f"/compounds/{compound}/responsibilities", params=query)
    found: list[dict[str, Any]] = answer.raise_for_status().json()["responsibilities"]
    return found


def of_type(client: httpx.Client, compound: int, code: str, as_of: str = LATER) -> dict[str, Any]:
    (found,) = asked(client, compound, type=code, as_of=as_of)
    assert [one["code"] for one in found["types"]] == [code]
    return found


def enforcing(found: dict[str, Any]) -> list[tuple[str, float]]:
    return [(one["agency"]["name"], one["share"]) for one in found["roles"].get("enforce", ())]


def test_a_compound_in_two_areas_has_the_agencies_of_both_by_share(here: httpx.Client) -> None:
    found = of_type(here, 3, "P9")
    assert enforcing(found) == [
        ("西城公安分局", pytest.approx(0.8, abs=1e-3)),
        ("东城公安分局", pytest.approx(0.2, abs=1e-3)),
    ]
    west = found["roles"]["enforce"][0]
    assert west["agency"] | {"id": 0} == {
        "id": 0,
        "kind": "police",
        "name": "西城公安分局",
        "level": "county",
    }
    assert west["area"] == {"kind": "district", "name": "西城区"}
    assert (west["hotline"], west["legal_basis"]) == (f"110-{WEST}", "条例第九条")
    assert west["role"] == {"code": "enforce", "zh": "执法", "en": "enforces"}
    assert enforcing(of_type(here, 2, "P2")) == [
        ("乙中队", pytest.approx(0.6, abs=1e-3)),
        ("甲中队", pytest.approx(0.4, abs=1e-3)),
    ]
    assert enforcing(of_type(here, 1, "P9")) == [("东城公安分局", 1)]


def test_all_types_are_told_once_those_answered_alike_together(here: httpx.Client) -> None:
    groups = asked(here, 1, as_of=LATER)
    told = [one["code"] for group in groups for one in group["types"]]
    assert sorted(told) == sorted(of_city(CITY).types)
    (with_p9,) = (group for group in groups if "P9" in str(group["types"]))
    assert [one["code"] for one in with_p9["types"]] == ["P9"]
    assert with_p9["family"]["zh"] == "物业服务“九不准”"


def test_one_type_alone_is_told_where_it_is_asked_for(here: httpx.Client) -> None:
    assert of_type(here, 1, "P9") in [
        group for group in asked(here, 1, as_of=LATER) if len(group["types"]) == 1
    ]
    unknown = here.get("/compounds/1/responsibilities", params={"type": "P77"})
    assert (unknown.status_code, unknown.json()["parameter"]) == (400, "type")


def test_a_role_nobody_has_is_a_gap(here: httpx.Client) -> None:
    assert of_type(here, 1, "P9")["gaps"] == []
    found = of_type(here, 1, "P5")
    assert (found["gaps"], enforcing(found)) == (["enforce"], [])
    assert [one["agency"]["name"] for one in found["roles"]["accept"]] == ["市住建局"]
    assert found["roles"]["accept"][0]["hotline"] == "12345"
    # The third street has no squad: two of three compounds are answered for whole.
    assert [of_type(here, number, "P2")["gaps"] for number in (1, 2, 3)] == [[], [], ["enforce"]]


def test_a_past_day_is_answered_by_the_jurisdictions_of_that_day(here: httpx.Client) -> None:
    assert enforcing(of_type(here, 1, "T9.no_drill", EARLIER)) == [("旧消防队", 1)]
    assert of_type(here, 1, "T9.no_drill", LATER)["gaps"] == ["enforce"]
    squads = [of_type(here, 1, "P2", day)["roles"]["enforce"][0] for day in (EARLIER, LATER)]
    assert [one["hotline"] for one in squads] == [None, "0951"]
    answer = here.get("/compounds/1/responsibilities", params={"as_of": EARLIER}).json()
    assert (answer["as_of"], answer["compound"]) == (EARLIER, {"id": 1, "name": "小区1"})


def test_a_compound_that_is_not_there_has_none(here: httpx.Client) -> None:
    assert here.get("/compounds/99/responsibilities").status_code == 404


def test_bodies_the_list_names_are_told_by_code_and_by_name(client: httpx.Client) -> None:
    (found,) = asked(client, 1, type="P9")
    assert found["named"]["lead"]
    for role, codes in found["named"].items():
        assert [one["code"] for one in found["named_bodies"][role]] == codes
    housing = {"code": "housing", "zh": "住建", "en": "housing"}
    assert housing in found["named_bodies"]["lead"]


def test_every_body_of_the_list_has_a_name_in_both_languages() -> None:
    assert BODIES.keys() == set(DUTY_BODIES)
    assert all(zh and en and zh != en for zh, en in BODIES.values())
