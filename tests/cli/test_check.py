"""``atlas check jurisdictions``: where nobody answers, where two do; its forms and exit codes."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from shapely.geometry import shape
from sqlalchemy import Engine

from tests.command import atlas
from tests.oversight import claims
from tests.oversight.claims import CITY, FIRST, STREETS, THIRD, agency, claim
from tests.support import new_database

DAY = claims.DAY.isoformat()
FORMS = ("table", "json", "geojson")
NOTHING: dict[str, Any] = {"json": [], "geojson": {"type": "FeatureCollection", "features": []}}


@pytest.fixture(scope="module")
def silent(server: str, template: str) -> Iterator[Engine]:
    """A city with compounds for which no jurisdiction is recorded."""
    with new_database(server, template) as made:
        with made.begin() as connection:
            claims.found(connection)
        yield made


@pytest.fixture(scope="module")
def clear(server: str, template: str) -> Iterator[Engine]:
    """The city where one agency answers for everything."""
    with new_database(server, template) as made:
        with made.begin() as connection:
            claims.found(connection)
            claims.answered(connection, agency(connection, "housing", "市住建局"))
        yield made


@pytest.fixture(scope="module")
def unclear(server: str, template: str) -> Iterator[Engine]:
    """The city with a gap in its third street, and two that accept the same in the first."""
    with new_database(server, template) as made:
        with made.begin() as connection:
            claims.found(connection)
            housing = agency(connection, "housing", "市住建局")
            for family in claims.FAMILIES:
                claim(connection, housing, family, "accept")
                if family != "safety":
                    claim(connection, housing, family)
            for street in STREETS.keys() - {THIRD}:
                claim(connection, housing, "safety", area=street)
            for name in ("甲派出所", "乙派出所"):
                station = agency(connection, "police", name)
                claim(connection, station, "P1", "accept", area=FIRST)
        yield made


def checked(target: Engine, *arguments: str) -> subprocess.CompletedProcess[str]:
    url = target.url.render_as_string(hide_password=False)
    return atlas("check", "jurisdictions", "--on", DAY, *arguments, database_url=url)


@pytest.mark.parametrize("form", FORMS)
def test_where_all_is_answered_for_it_finds_nothing_and_ends_well(clear: Engine, form: str) -> None:
    done = checked(clear, "--format", form)
    assert (done.returncode, done.stderr) == (0, "")
    if form == "table":
        assert done.stdout == "no gaps and no overlaps of equal rank\n"
    else:
        assert json.loads(done.stdout) == NOTHING[form]


@pytest.mark.parametrize("form", FORMS)
def test_a_city_with_nothing_recorded_is_named_and_no_clear_one(silent: Engine, form: str) -> None:
    done = checked(silent, "--format", form)
    assert done.returncode == 1
    assert done.stderr == (
        f"{CITY} 试验市: no jurisdiction is recorded on {DAY}; atlas template jurisdictions makes"
        " the spreadsheet to fill in\n"
    )
    assert (json.loads(done.stdout) if done.stdout else []) == NOTHING.get(form, [])
    assert "no gaps" not in done.stdout


def test_the_table_names_place_breaches_and_agencies(unclear: Engine) -> None:
    done = checked(unclear)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("2 found\n")
    for word in ("空白", "重叠", "受理", "执法", "safety", "P1"):
        assert word in done.stdout


def test_as_json_each_is_a_row(unclear: Engine) -> None:
    done = checked(unclear, "--format", "json")
    assert done.returncode == 1
    gap, overlap = json.loads(done.stdout)
    assert {one: gap[one] for one in ("problem", "role", "city_code", "street_code")} == {
        "problem": "gap",
        "role": "enforce",
        "city_code": CITY,
        "street_code": THIRD,
    }
    assert (gap["breaches"], gap["agencies"], gap["area_name"]) == ("safety", None, "北京路街道")
    assert (overlap["problem"], overlap["role"], overlap["breaches"]) == ("overlap", "accept", "P1")
    assert overlap["agencies"].split("、") == ["甲派出所", "乙派出所"]
    assert gap["area_m2"] > 0
    assert "geometry" not in gap


def test_as_geojson_each_is_a_feature_with_its_outline(unclear: Engine) -> None:
    done = checked(unclear, "--format", "geojson")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["type"] == "FeatureCollection"
    streets = (THIRD, FIRST)
    assert [one["properties"]["street_code"] for one in found["features"]] == list(streets)
    rows = json.loads(checked(unclear, "--format", "json").stdout)
    for feature, row, street in zip(found["features"], rows, streets, strict=True):
        assert {"id": feature["id"], **feature["properties"]} == row
        assert shape(feature["geometry"]).symmetric_difference(STREETS[street]).area < 1e-9


def test_one_city_and_another_day_can_be_asked_for(unclear: Engine) -> None:
    url = unclear.url.render_as_string(hide_password=False)
    assert checked(unclear, "--city", CITY).stdout.endswith("2 found\n")
    before = atlas("check", "jurisdictions", "--on", "2019-12-31", database_url=url)
    assert before.returncode == 1
    assert "no jurisdiction is recorded on 2019-12-31" in before.stderr
    unknown = checked(unclear, "--city", "640100")
    assert unknown.returncode == 1
    assert unknown.stderr == (
        "atlas: --city 640100: no such city is loaded; atlas boundaries list\n"
    )
