"""``atlas boundaries`` and ``atlas import osm`` as a person runs them."""

from pathlib import Path

import pyrosm
import pytest
from sqlalchemy import Engine, text

from tests.clusters import cluster_in, open_folder
from tests.command import atlas

HELSINKI = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf"


@pytest.fixture(scope="module")
def url(database: Engine) -> str:
    return database.url.render_as_string(hide_password=False)


def test_a_city_is_added_listed_and_checked(url: str) -> None:
    assert "no city is loaded" in atlas("boundaries", "list", database_url=url).stdout
    added = atlas("boundaries", "add", "640200", database_url=url)
    assert added.returncode == 0, added.stderr
    assert added.stdout == "640200 石嘴山市: 3 districts, 36 streets; 39 outlines new, 0 ended\n"
    again = atlas("boundaries", "add", "640200", database_url=url)
    assert again.stdout == "640200 石嘴山市: 3 districts, 36 streets; nothing changed\n"
    assert "640200  石嘴山市  3 districts  36 streets" in (
        atlas("boundaries", "list", database_url=url).stdout
    )
    checked = atlas("boundaries", "check", database_url=url)
    assert checked.stdout == "640200: 39 outlines are in order\n"


def test_streets_that_have_no_outline_to_lie_in_are_told(url: str) -> None:
    added = atlas("boundaries", "add", "460300", database_url=url)
    assert "no street names are known for 西沙区、南沙区" in added.stdout
    assert "5 streets of areas without an outline are left out" in added.stdout


def test_an_unknown_city_is_one_sentence_and_exit_code_1(url: str) -> None:
    refused = atlas("boundaries", "add", "640104", database_url=url)
    assert refused.returncode == 1
    assert refused.stderr == (
        'atlas: "640104" is not the code of a Chinese city; '
        "it is the district 兴庆区, ask for 640100 银川市\n"
    )


def test_available_cities_can_be_listed() -> None:
    lines = atlas("boundaries", "list", "--available").stdout.splitlines()
    assert "640100  宁夏回族自治区  银川市  6 districts" in lines


def test_osm_is_imported_with_a_closing_table(url: str) -> None:
    done = atlas("import", "osm", str(HELSINKI), database_url=url)
    assert done.returncode == 0, done.stderr
    cells = {" ".join(line.split()) for line in done.stdout.replace("│", " ").splitlines()}
    assert {"read 26", "new 13", "rejected 13", "held because: unreadable shape 13"} <= cells
    assert "corners missing in the file" in done.stdout


def test_a_missing_file_is_one_sentence_and_exit_code_1(url: str) -> None:
    refused = atlas("import", "osm", "none.osm.pbf", database_url=url)
    assert refused.returncode == 1
    assert refused.stderr == "atlas: none.osm.pbf is not there; check its name\n"


def test_an_import_needs_nothing_made_ready_by_hand() -> None:
    with open_folder() as folder, cluster_in(folder / "home"):
        done = atlas("import", "osm", str(HELSINKI), home=folder / "home")
    assert done.returncode == 0, done.stderr
    assert "unchanged" in done.stdout


def test_compounds_without_a_clear_place_are_listed(url: str, database: Engine) -> None:
    assert atlas("boundaries", "add", "640200", database_url=url).returncode == 0
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO registry.compound (city_code, code, name, geom, source, district_code,"
                " district_share) SELECT city_code, 'K-1', '跨界小区',"
                " ST_Multi(ST_Buffer(label_point, 0.001)), 'office', district_code, 0.6"
                " FROM registry.district_boundary WHERE district_code = '640202'"
            )
        )
    listed = atlas("boundaries", "unclear", "--city", "640200", database_url=url)
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.splitlines() == [
        "K-1  跨界小区  640202 60%  —",
        "1 compounds wait for a decision on their place",
    ]
