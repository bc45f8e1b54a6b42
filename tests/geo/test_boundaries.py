"""Boundaries are checked before they are loaded, keep their history, and stay gapless."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from shapely import Polygon, affinity, box
from sqlalchemy import Engine, text

from geo import boundaries
from geo.boundaries import coverage
from geo.boundaries.gazetteer import data_folder, prefix_of, read_city, street_kind
from geo.boundaries.generalise import BANDS, generalise
from geo.errors import AtlasError

CITY = "640100"


@pytest.fixture(scope="module")
def ready() -> boundaries.Outlines:
    return boundaries.outlines(CITY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the boundary data that a test may spoil."""
    return Path(shutil.copytree(data_folder(), tmp_path / "boundaries"))


def _count(database: Engine, where: str = "TRUE") -> int:
    with database.connect() as connection:
        query = f"SELECT count(*) FROM registry.street_boundary WHERE {where}"
        return int(connection.execute(text(query)).scalar_one())


def _spoil(folder: Path, change: Callable[[geopandas.GeoDataFrame], Any]) -> None:
    """Change the districts and put the new checksum into the manifest."""
    path = folder / CITY / "districts.geojson"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    frame = geopandas.read_file(path)
    frame = change(frame)
    path.unlink()
    frame.to_file(path, driver="GeoJSON")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(before, after), "utf-8")


def test_yinchuan_has_six_districts_and_sixty_two_streets(ready: boundaries.Outlines) -> None:
    assert ready.districts["code"].tolist() == [
        "640104",
        "640105",
        "640106",
        "640121",
        "640122",
        "640181",
    ]
    per_district = ready.streets["district_code"].value_counts().sort_index().tolist()
    assert per_district == [16, 9, 8, 9, 10, 10]
    assert coverage.areas_m2(ready.districts).sum() / 1e6 == pytest.approx(6885.6, rel=0.001)


def test_adding_writes_outlines_and_adding_again_changes_nothing(database: Engine) -> None:
    first = boundaries.add_city(database, CITY)
    again = boundaries.add_city(database, CITY)
    assert (first.opened, first.closed) == (68, 0)
    assert (again.opened, again.closed) == (0, 0)
    assert boundaries.is_loaded(database, CITY)
    assert not boundaries.is_loaded(database, "640200")
    assert boundaries.check_loaded(database, CITY) == 68
    assert _count(database, "synthetic AND lower(valid) = '1900-01-01'") == 62
    inside = "ST_Contains(geom, label_point)"
    assert _count(database, inside) == 62


def test_a_changed_outline_ends_the_old_one_and_opens_a_new_one(database: Engine) -> None:
    boundaries.add_city(database, CITY)
    done = boundaries.add_city(database, CITY, seed=7, on=date(2026, 3, 1))
    assert (done.opened, done.closed) == (62, 62)
    assert _count(database, "valid = '[1900-01-01,2026-03-01)' AND superseded_at IS NULL") == 62
    assert _count(database, "valid = '[2026-03-01,)' AND superseded_at IS NULL") == 62
    assert _count(database, "valid = '[1900-01-01,)' AND superseded_at IS NOT NULL") == 62
    same_day = boundaries.add_city(database, CITY, seed=8, on=date(2026, 3, 1))
    assert (same_day.opened, same_day.closed) == (62, 62)
    assert _count(database, "valid = '[2026-03-01,)' AND superseded_at IS NULL") == 62
    assert _count(database, "valid = '[2026-03-01,)' AND superseded_at IS NOT NULL") == 62


def test_an_outline_that_holds_from_an_earlier_day_cuts_those_recorded_later(
    database: Engine,
) -> None:
    boundaries.add_city(database, "640500")
    boundaries.add_city(database, "640500", seed=7, on=date(2026, 3, 1))
    boundaries.add_city(database, "640500", seed=8, on=date(2026, 2, 1))
    query = text(
        "SELECT DISTINCT CAST(valid AS text) FROM registry.street_boundary"
        " WHERE city_code = '640500' AND superseded_at IS NULL"
    )
    with database.connect() as connection:
        spans = set(connection.execute(query).scalars())
    assert spans == {"[1900-01-01,2026-02-01)", "[2026-02-01,)"}


def test_generalised_copies_in_the_database_belong_to_what_holds(database: Engine) -> None:
    boundaries.add_city(database, "640200")
    query = text("""
        SELECT max_zoom, count(*)
        FROM registry.street_generalised AS copy
        JOIN registry.street_boundary AS held ON held.id = copy.boundary_id
        WHERE held.city_code = '640200' AND held.superseded_at IS NULL AND upper_inf(held.valid)
        GROUP BY max_zoom ORDER BY max_zoom
    """)
    with database.connect() as connection:
        assert connection.execute(query).all() == [(zoom, 36) for zoom in BANDS]


@pytest.mark.parametrize("zoom", BANDS)
def test_generalised_outlines_stay_a_coverage(ready: boundaries.Outlines, zoom: int) -> None:
    districts, streets = generalise(ready.districts, ready.units, zoom)
    for frame in (districts, streets):
        assert frame.is_valid.all()
        assert not frame.is_empty.any()
        assert shapely.coverage_is_valid(frame.geometry.to_numpy())
    joined = shapely.coverage_union_all(streets.geometry.to_numpy())
    assert joined.equals(shapely.coverage_union_all(districts.geometry.to_numpy()))
    kept = shapely.get_num_coordinates(streets.geometry.to_numpy()).sum()
    full = shapely.get_num_coordinates(ready.streets.geometry.to_numpy()).sum()
    assert kept < {4: 0.25, 6: 0.5, 8: 0.85}[zoom] * full


@pytest.mark.parametrize(("city", "bare"), [("632800", "632825"), ("440400", "440499")])
def test_a_district_without_streets_shares_its_line_with_its_neighbours(
    city: str, bare: str
) -> None:
    ready = boundaries.outlines(city)
    assert bare in ready.units["code"].tolist()
    assert bare not in ready.streets["code"].tolist()
    districts, units = generalise(ready.districts, ready.units, BANDS[0])
    assert shapely.coverage_is_valid(districts.geometry.to_numpy())
    assert shapely.coverage_is_valid(units.geometry.to_numpy())


def test_a_changed_file_is_refused_by_its_checksum(folder: Path) -> None:
    path = folder / CITY / "streets.csv"
    path.write_text(path.read_text("utf-8").replace("银古路", "金古路"), "utf-8")
    with pytest.raises(AtlasError, match=r"640100/streets\.csv: checksum .* is not .* manifest"):
        boundaries.outlines(CITY, folder=folder)


def test_a_source_without_a_datum_is_refused(folder: Path) -> None:
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('datum = "EPSG:4326"\n', "", 1))
    with pytest.raises(AtlasError, match='source "districts" declares no datum'):
        boundaries.outlines(CITY, folder=folder)


def test_another_datum_is_refused(folder: Path) -> None:
    manifest = folder / "manifest.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("EPSG:4326", "GCJ-02", 1))
    with pytest.raises(AtlasError, match='datum "GCJ-02" is not EPSG:4326'):
        boundaries.outlines(CITY, folder=folder)


def _overlapping(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    frame.loc[2, "geometry"] = affinity.scale(frame.geometry[2], 1.001, 1.001)
    return frame


def _gapped(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Move one corner that two districts share, in one of them only, by less than 0.1 m."""
    shared = frame.geometry[2].intersection(frame.geometry[0])
    corner = shapely.get_coordinates(shared)[1]
    ring = shapely.get_coordinates(frame.geometry[2])
    ring[(ring == corner).all(axis=1)] -= [3e-7, 0]
    frame.loc[2, "geometry"] = Polygon(ring)
    return frame


def _crossed(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    frame.loc[3, "geometry"] = Polygon([(106, 38), (107, 39), (107, 38), (106, 39)])
    return frame


def _shrunk(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Everything 0.1 % shorter both ways: still a coverage, but 0.2 % too small."""
    frame.geometry = frame.geometry.affine_transform([0.999, 0, 0, 0.999, 0.1, 0.03])
    return frame


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_overlapping, r"districts .*640106.* overlap or leave a gap near 10\d\.\d+, 38\.\d+"),
        (_gapped, r"districts 640104, 640106 overlap or leave a gap"),
        (_crossed, r"district 640121 is not valid: Self-intersection"),
        (_shrunk, r"银川市 measures 6,87\d\.\d km², not 6,885\.6 km² ± 0\.1 %"),
        (lambda frame: frame.iloc[:5], r"银川市 (measures|has 5 districts)"),
        (lambda frame: frame.assign(code=["640104"] * 6), "district 640104 is listed twice"),
    ],
)
def test_bad_outlines_are_refused_and_nothing_is_written(
    database: Engine, folder: Path, change: Any, sentence: str
) -> None:
    before = _count(database)
    _spoil(folder, change)
    with pytest.raises(AtlasError, match=sentence):
        boundaries.add_city(database, CITY, seed=99, folder=folder)
    assert _count(database) == before


def test_a_street_outside_its_district_is_refused(ready: boundaries.Outlines) -> None:
    moved = ready.streets.copy()
    moved.loc[61, "district_code"] = "640104"
    with pytest.raises(AtlasError, match="street 640181400 lies outside 640104 with 100 %"):
        coverage.check_inside(moved, ready.districts, "district_code", "street")


def test_a_missing_street_is_refused(ready: boundaries.Outlines) -> None:
    with pytest.raises(AtlasError, match=r"streets of 640104 leave .* % of it uncovered"):
        coverage.check_inside(ready.streets[1:], ready.districts, "district_code", "street")


@pytest.mark.parametrize(("codes", "said"), [(["64010"], "6 digits"), (["640104"] * 2, "twice")])
def test_malformed_and_repeated_codes_are_refused(codes: list[str], said: str) -> None:
    with pytest.raises(AtlasError, match=said):
        coverage.check_codes(codes, 6, "district")


def test_outlines_without_a_datum_are_refused() -> None:
    frame = geopandas.GeoDataFrame({"code": ["640104"]}, geometry=[box(0, 0, 1, 1)])
    with pytest.raises(AtlasError, match="declare no datum"):
        coverage.check_outlines(frame, "district")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("990000", "atlas boundaries list --available"),
        ("640104", "it is the district 兴庆区, ask for 640100 银川市"),
        ("110100", "ask for 110000 北京市"),
        ("银川", "atlas boundaries list --available"),
    ],
)
def test_an_unknown_city_is_refused_with_the_way_out(code: str, said: str) -> None:
    with pytest.raises(AtlasError, match=f'"{code}" is not the code .*{said}'):
        read_city(code)


@pytest.mark.parametrize(
    ("code", "districts", "streets"),
    [
        ("110000", 16, 349),
        ("441900", 1, 36),
        ("620200", 1, 5),
        ("419001", 1, 16),
        ("810000", 18, 0),
    ],
)
def test_municipalities_and_cities_without_districts_can_be_read(
    code: str, districts: int, streets: int
) -> None:
    city = read_city(code)
    assert (len(city.districts), len(city.streets)) == (districts, streets)
    boundaries.check_districts(replace(city, expected={}))


def test_a_city_without_street_names_is_loaded_with_its_districts(database: Engine) -> None:
    done = boundaries.add_city(database, "820000")
    assert done.districts == len(done.without_streets) == 8
    assert boundaries.check_loaded(database, "820000") == 8


def test_kinds_follow_the_third_part_of_the_code() -> None:
    kinds = [street_kind(f"640121{number}") for number in ("001", "100", "200", "400")]
    assert kinds == ["subdistrict", "town", "township", "other"]


def test_codes_begin_with_those_of_the_city() -> None:
    assert [prefix_of(code) for code in ("640100", "110000", "419001")] == ["6401", "11", "419001"]
