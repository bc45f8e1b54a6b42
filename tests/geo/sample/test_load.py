"""The sample city in the database: whole, valid, marked as invented, and loaded once."""

from datetime import date

import pytest
from sqlalchemy import Engine, text

from geo import boundaries, sample
from geo.errors import AtlasError
from geo.models import Base
from geo.sample.city import digest
from geo.sample.city import rows as city_rows
from geo.sample.read import read_setting
from geo.sample.setting import Frames, Setting

REAL = {"registry.district_boundary", "oversight.duty"}
"""Facts of the world, or of the list: no sample makes them up."""


def _one(city: Engine, query: str, **given: object) -> object:
    with city.connect() as connection:
        return connection.execute(text(query), given).scalar_one()


def test_it_has_1500_compounds(city: Engine):
    assert _one(city, "SELECT count(*) FROM registry.compound WHERE city_code = '640100'") == 1500


def test_boundaries_read_back_make_the_city_the_data_files_make(
    city: Engine, setting: Setting, rows: Frames
):
    given = setting.city_code, setting.compounds, setting.seed, setting.until
    with city.connect() as connection:
        read = read_setting(connection, *given)
    assert digest(city_rows(read)) == digest(rows)


def test_postgis_finds_every_outline_valid_and_none_overlapping(city: Engine):
    assert _one(city, "SELECT bool_and(ST_IsValid(geom)) FROM registry.compound")
    overlaps = """
        SELECT count(*) FROM registry.compound AS one JOIN registry.compound AS other
          ON one.id < other.id AND ST_Intersects(one.geom, other.geom)
    """
    assert _one(city, overlaps) == 0


def test_areas_and_corners_in_the_database_are_within_bounds(city: Engine):
    bounds = "SELECT min(area_m2) >= 1e4 AND max(area_m2) <= 3e5 FROM registry.compound"
    assert _one(city, bounds)
    corners = "SELECT min(ST_NPoints(geom)) > 8 AND max(ST_NPoints(geom)) <= 61"
    assert _one(city, f"{corners} FROM registry.compound")


def test_every_compound_has_label_point_district_and_street(city: Engine):
    missing = """
        SELECT count(*) FROM registry.compound
        WHERE district_code IS NULL OR street_code IS NULL OR label_point IS NULL
           OR area_m2 IS NULL OR NOT ST_Covers(geom, label_point)
           OR outline_since <> '1900-01-01' OR place_since <> '1900-01-01'
    """
    assert _one(city, missing) == 0


def test_some_compounds_lie_in_two_streets(city: Engine):
    split = "SELECT count(*) FROM registry.compound WHERE street_share < 0.999"
    assert 15 < _one(city, split) < 400


def test_every_row_is_marked_synthetic(city: Engine):
    for table in Base.metadata.sorted_tables:
        if "synthetic" in table.columns and table.fullname not in REAL:
            query = f"SELECT count(*) FROM {table.fullname} WHERE NOT synthetic"
            assert _one(city, query) == 0, table.fullname


def test_hazards_lie_in_their_compound(city: Engine):
    outside = """
        SELECT count(*) FROM oversight.hazard AS hazard
        JOIN registry.compound AS compound ON compound.id = hazard.compound_id
        WHERE NOT ST_Covers(compound.geom, hazard.geom)
    """
    assert _one(city, outside) == 0


def test_the_offending_company_served_on_the_day(city: Engine):
    strangers = """
        SELECT count(*) FROM oversight.violation AS violation
        WHERE offender_kind = 'company' AND occurred_on IS NOT NULL AND NOT EXISTS (
            SELECT FROM registry.contract AS contract
            WHERE contract.compound_id = violation.compound_id
              AND contract.company_id = violation.company_id
              AND contract.valid @> violation.occurred_on)
    """
    assert _one(city, strangers) == 0


def test_numbers_go_on_after_the_reserved_ones(city: Engine):
    with city.connect() as connection:
        highest = connection.execute(text("SELECT max(id) FROM oversight.violation")).scalar_one()
        sequence = text("SELECT nextval(pg_get_serial_sequence('oversight.violation', 'id'))")
        assert connection.execute(sequence).scalar_one() > highest


def test_a_city_is_loaded_once(city: Engine):
    with city.connect() as connection:
        assert sample.is_loaded(connection, "640100")
        assert not sample.is_loaded(connection, "640200")
    with pytest.raises(AtlasError, match="640100 has sample compounds already"):
        sample.build(city)


def test_a_city_without_boundaries_is_refused(database: Engine):
    with pytest.raises(AtlasError, match=r"640100 has no boundaries .* `atlas boundaries add"):
        sample.build(database)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"compounds": 0}, "--compounds 0"),
        ({"seed": -1}, "--seed -1"),
        ({"until": date(2009, 1, 1)}, "--until 2009-01-01"),
        ({"until": date(2999, 1, 1)}, "--until 2999-01-01"),
    ],
)
def test_figures_that_make_no_sense_are_refused(
    database: Engine, given: dict[str, object], message: str
):
    with pytest.raises(AtlasError, match=message):
        sample.build(database, **given)


def test_compounds_are_spread_over_cities_and_a_city_that_is_full_is_passed_over(
    database: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("geo.sample.load.COMPOUNDS", 20)
    monkeypatch.setattr("geo.sample.load._cities", lambda _: iter(["460300", "640500", "640300"]))
    told: list[tuple[str, int]] = []
    total = sample.fill(
        database, 30, until=date(2026, 1, 31), progress=lambda *step: told.append(step)
    )
    assert total == 30
    assert told == [("640500", 20), ("640300", 30)]
    assert boundaries.is_loaded(database, "640500")
    assert _one(database, "SELECT count(*) FROM registry.compound") == 30


def test_a_failure_leaves_nothing_behind(database: Engine, monkeypatch: pytest.MonkeyPatch):
    boundaries.add_city(database, "640200")

    def fail(*_: object, **__: object) -> None:
        raise AtlasError("stopped in the middle")

    monkeypatch.setattr("geo.sample.load.assign_compounds", fail)
    with pytest.raises(AtlasError, match="stopped"):
        sample.build(database, "640200", compounds=20)
    assert _one(database, "SELECT count(*) FROM registry.company WHERE city_code = '640200'") == 0
