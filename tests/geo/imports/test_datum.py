"""Which datum a file is in: told, declared, or shown by evidence; otherwise the import asks."""

from typing import Any

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from geo import crs
from geo.errors import AtlasError
from geo.imports.datum import HYPOTHESES, Evidence, Figures, declared_or_ask, guess

COUNT = 300


@pytest.fixture(scope="module")
def known(city: Engine) -> tuple[Any, list[str]]:
    """Outlines and names of the sample city, in WGS 84."""
    query = text(
        "SELECT ST_AsBinary(geom), name FROM registry.compound WHERE superseded_at IS NULL"
        " ORDER BY id LIMIT :count"
    )
    with city.connect() as connection:
        rows = connection.execute(query, {"count": COUNT}).all()
    return shapely.from_wkb([bytes(row[0]) for row in rows]), [row[1] for row in rows]


def _guess(city: Engine, shapes: Any, names: list[str] | None = None) -> Evidence:
    with city.connect() as connection:
        return guess(connection, shapes, "640100", names)


def _of(evidence: Evidence, datum: str) -> Figures:
    return next(one for one in evidence.figures if one.datum == datum)


@pytest.mark.parametrize("datum", HYPOTHESES)
def test_known_outlines_tell_which_datum_a_file_is_in(
    city: Engine, known: tuple[Any, list[str]], datum: str
) -> None:
    evidence = _guess(city, crs.from_wgs84(known[0], datum))
    assert (evidence.best, evidence.decisive) == (datum, True)
    right = _of(evidence, datum)
    assert (right.shapes, right.areas, right.matched) == (COUNT, COUNT, COUNT)
    assert right.iou == pytest.approx(1, abs=1e-4)
    assert all(one.matched < COUNT / 3 for one in evidence.figures if one is not right)


@pytest.mark.parametrize("datum", HYPOTHESES)
def test_names_tell_which_datum_a_list_of_points_is_in(
    city: Engine, known: tuple[Any, list[str]], datum: str
) -> None:
    points = crs.from_wgs84(shapely.point_on_surface(known[0]), datum)
    evidence = _guess(city, points, known[1])
    assert (evidence.best, evidence.decisive) == (datum, True)
    assert _of(evidence, datum).metres == pytest.approx(0, abs=20)
    assert all(one.metres > 250 for one in evidence.figures if one.datum != datum and one.metres)


def test_points_without_names_do_not_decide(city: Engine, known: tuple[Any, list[str]]) -> None:
    evidence = _guess(city, shapely.point_on_surface(known[0]))
    assert not evidence.decisive
    assert "不足以" in evidence.sentences("zh")[-1]


def test_compounds_nobody_knew_do_not_decide(city: Engine, known: tuple[Any, list[str]]) -> None:
    """Where a wrong datum lays a few of them on their neighbours, that is no evidence."""
    small = shapely.buffer(shapely.point_on_surface(known[0]), 0.0001)
    assert not _guess(city, crs.from_wgs84(small, "gcj02")).decisive


def test_with_nothing_known_nothing_is_decided(
    database: Engine, known: tuple[Any, list[str]]
) -> None:
    evidence = _guess(database, known[0], known[1])
    assert (evidence.best, evidence.decisive) == (None, False)


def test_a_file_of_another_city_does_not_decide(city: Engine, known: tuple[Any, list[str]]) -> None:
    with city.connect() as connection:
        evidence = guess(connection, known[0], "110100", known[1])
    assert not evidence.decisive
    assert all(one.whole == one.matched == one.named == 0 for one in evidence.figures)


def test_lines_of_an_outline_are_compared_as_the_area_they_enclose(
    city: Engine, known: tuple[Any, list[str]]
) -> None:
    line = shapely.linestrings(shapely.get_coordinates(known[0][0]))
    evidence = _guess(city, crs.from_wgs84(np.array([line], object), "gcj02"))
    assert _of(evidence, "gcj02").matched == 1


def test_swapped_axes_are_told_and_keep_the_evidence_from_deciding(
    city: Engine, known: tuple[Any, list[str]]
) -> None:
    swapped = shapely.transform(known[0], lambda corners: corners[:, ::-1])
    evidence = _guess(city, swapped)
    assert (evidence.swapped, evidence.not_degrees, evidence.decisive) == (COUNT, 0, False)
    assert any("颠倒" in line for line in evidence.sentences("zh"))
    assert any("latitude before longitude" in line for line in evidence.sentences("en"))


def test_metres_are_told_from_degrees(city: Engine, known: tuple[Any, list[str]]) -> None:
    evidence = _guess(city, crs.from_wgs84(known[0], "EPSG:4523"))
    assert (evidence.best, evidence.decisive, evidence.not_degrees) == (None, False, COUNT)
    assert any("EPSG:n" in line for line in evidence.sentences("en"))


def test_unsound_shapes_do_not_stop_the_comparison(
    city: Engine, known: tuple[Any, list[str]]
) -> None:
    turn = np.linspace(0, 2 * np.pi, 100_000)
    odd = [
        shapely.Point(np.nan, 38.4),
        shapely.from_wkt("POLYGON ((106.2 38.4, 106.3 38.5, 106.3 38.4, 106.2 38.5, 106.2 38.4))"),
        shapely.from_wkt("GEOMETRYCOLLECTION (POINT (106.2 38.4), POLYGON EMPTY)"),
        shapely.from_wkt("POLYGON EMPTY"),
        shapely.Polygon(np.stack([106 + np.cos(turn), 38 + np.sin(turn)], axis=-1)),
        None,
    ]
    evidence = _guess(city, np.array([*known[0], *odd], dtype=object))
    assert (evidence.best, evidence.decisive) == ("wgs84", True)


def test_the_evidence_is_told_in_both_languages_with_its_figures(
    city: Engine, known: tuple[Any, list[str]]
) -> None:
    evidence = _guess(city, crs.from_wgs84(known[0], "bd09"), known[1])
    for language, last in (("zh", "结论：BD-09（百度）"), ("en", "so it is BD-09 (Baidu)")):
        lines = evidence.sentences(language)
        assert len(lines) == 4
        assert lines[-1] == last
        assert all(f"{COUNT}" in line for line in lines[:3])
    assert evidence.as_json()["figures"][2]["matched"] == COUNT


def test_guessing_writes_nothing(city: Engine, known: tuple[Any, list[str]]) -> None:
    def written(connection: Connection) -> int | None:
        return connection.execute(text("SELECT pg_current_xact_id_if_assigned()")).scalar()

    with city.connect() as connection:
        guess(connection, known[0], "640100", known[1])
        assert written(connection) is None


def _figures(datum: str, **given: Any) -> Figures:
    return Figures(datum, shapes=100, areas=100, **given)


def test_witnesses_that_contradict_each_other_leave_it_open() -> None:
    from geo.imports.datum import _verdict  # noqa: PLC0415

    figures = (
        _figures("wgs84", whole=100, matched=90, named=50, metres=600.0),
        _figures("gcj02", whole=100, matched=2, named=50, metres=10.0),
        _figures("bd09", whole=100, matched=1, named=50, metres=900.0),
    )
    assert _verdict(figures) == ("wgs84", False)


def test_district_lines_alone_name_a_datum_but_do_not_decide() -> None:
    from geo.imports.datum import _verdict  # noqa: PLC0415

    figures = (
        _figures("wgs84", whole=80),
        _figures("gcj02", whole=100),
        _figures("bd09", whole=70),
    )
    assert _verdict(figures) == ("gcj02", False)


def test_what_is_asked_for_wins_over_what_the_file_declares() -> None:
    assert declared_or_ask("EPSG:4326", "火星坐标", "小区.shp") == "gcj02"
    assert declared_or_ask("EPSG:4523", None, "小区.shp") == "EPSG:4523"


def test_without_a_datum_the_import_stops_and_asks() -> None:
    with pytest.raises(AtlasError, match=r"小区\.geojson .*--datum") as caught:
        declared_or_ask(None, None, "小区.geojson")
    assert all(choice in str(caught.value) for choice in (*crs.DATUMS, "EPSG:n", "guess"))


def test_a_declared_system_nobody_knows_is_told_with_the_file() -> None:
    with pytest.raises(AtlasError, match=r"小区\.shp .*is not known"):
        declared_or_ask("LOCAL", None, "小区.shp")
