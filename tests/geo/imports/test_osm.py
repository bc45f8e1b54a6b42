"""Residential areas of an OpenStreetMap file become compounds, whole or not at all."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import osmium
import pyogrio
import pyrosm
import pytest
from osmium.osm.mutable import Node, Relation, Way
from shapely import box
from sqlalchemy import Engine, text

from geo import boundaries
from geo.errors import AtlasError
from geo.imports.options import Options
from geo.imports.readers import open_source
from geo.imports.readers.osm import address_of
from geo.imports.report import Report
from geo.imports.run import run

HELSINKI = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf"
RESIDENTIAL = {"landuse": "residential"}


class Drawing:
    """Writes a PBF file of ways and relations; coordinates are longitude and latitude."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.nodes: list[Node] = []
        self.ways: list[Way] = []
        self.relations: list[Relation] = []

    def way(
        self, corners: list[tuple[float, float]], tags: dict[str, str], close: bool = True
    ) -> int:
        first = len(self.nodes) + 1
        self.nodes += [Node(id=first + i, location=at) for i, at in enumerate(corners)]
        refs = [*range(first, first + len(corners)), *([first] if close else [])]
        self.ways.append(Way(id=len(self.ways) + 1, nodes=refs, tags=tags))
        return len(self.ways)

    def relation(self, members: list[tuple[str, int, str]], tags: dict[str, str]) -> None:
        tags = {"type": "multipolygon", **tags}
        self.relations.append(Relation(id=len(self.relations) + 1, members=members, tags=tags))

    def write(self) -> Path:
        self.path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(self.path)) as writer:
            for node in self.nodes:
                writer.add_node(node)
            for way in self.ways:
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return self.path


def _square(lon: float, lat: float, size: float = 0.002) -> list[tuple[float, float]]:
    return [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]


@pytest.fixture
def drawing(tmp_path: Path) -> Drawing:
    return Drawing(tmp_path / "drawn.osm.pbf")


@pytest.fixture
def empty(database: Engine) -> Iterator[Engine]:
    """The module's database, without compounds afterwards."""
    yield database
    with database.begin() as connection:
        for table in ("compound_outline", "compound_place", "compound"):
            connection.execute(text(f"DELETE FROM registry.{table}"))


def import_osm(engine: Engine, path: Path, **options: Any) -> Report:
    return run(
        engine,
        "compounds",
        path,
        Options(outside="elsewhere", source="osm", datum="wgs84", **options),
    )


def rows(path: Path) -> dict[str, Mapping[str, Any]]:
    """What the reader makes of a file, by reference: its cells, shape, and why there is none."""
    found: dict[str, Mapping[str, Any]] = {}
    with open_source(path) as source:
        for chunk in source.chunks():
            assert chunk.shapes is not None
            for at, cells in enumerate(chunk.cells.to_dict("records")):
                shape, why = chunk.shapes[at], chunk.broken.get(at)
                found[cells["source_ref"]] = {**cells, "shape": shape, "why": why}
    return found


def _square(lon: float, lat: float, size: float = 0.002) -> list[tuple[float, float]]:
    return [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size)]


def _compounds(engine: Engine) -> dict[str, tuple[str, str, bool, str | None]]:
    query = text(
        "SELECT source_ref, city_code, name, name_generated, street_code FROM registry.compound"
        " WHERE superseded_at IS NULL"
    )
    with engine.connect() as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(query)}


def test_helsinki_is_imported_once(empty: Engine) -> None:
    first = import_osm(empty, HELSINKI)
    assert (first.read, first.new, first.rejected, first.review) == (26, 13, 13, 0)
    assert dict(first.reasons) == {"unreadable_shape": 13}
    before = _compounds(empty)
    assert sum(generated for _, _, generated, _ in before.values()) == 12
    again = import_osm(empty, HELSINKI)
    assert (again.new, again.updated, again.unchanged, again.rejected) == (0, 0, 13, 13)
    assert _compounds(empty) == before
    assert {city for city, *_ in before.values()} == {"000000"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_helsinki_reads_as_gdal_reads_it() -> None:
    """GDAL closes cut rings with what is left of them; whole ones must agree to the corner."""
    areas = {ref: row["shape"] for ref, row in rows(HELSINKI).items() if not row["why"]}
    frame = pyogrio.read_dataframe(
        HELSINKI, layer="multipolygons", where="landuse='residential'", on_invalid="ignore"
    )
    assert len(frame) == 26
    by_gdal = dict(zip("way/" + frame["osm_way_id"], frame.geometry, strict=True))
    assert set(areas) <= set(by_gdal)
    for ref, shape in areas.items():
        assert shape.symmetric_difference(by_gdal[ref]).area < 1e-12


def test_a_relation_with_a_hole_becomes_one_compound(drawing: Drawing) -> None:
    outer = drawing.way(_square(24.9, 60.1, 0.01), {})
    inner = drawing.way(_square(24.902, 60.102), {})
    drawing.relation(
        [("w", outer, "outer"), ("w", inner, "inner")], {**RESIDENTIAL, "name": "Pihlajisto"}
    )
    found = rows(drawing.write())
    assert list(found) == ["relation/1"]
    area = found["relation/1"]
    assert (area["name"], area["name_generated"]) == ("Pihlajisto", False)
    hole = box(24.902, 60.102, 24.904, 60.104)
    assert area["shape"].equals(box(24.9, 60.1, 24.91, 60.11).difference(hole))


def test_a_ring_that_crosses_itself_is_repaired_and_counted(
    empty: Engine, drawing: Drawing
) -> None:
    drawing.way([(24.9, 60.1), (24.902, 60.102), (24.902, 60.1), (24.9, 60.102)], RESIDENTIAL)
    report = import_osm(empty, drawing.write())
    assert (report.new, report.repairs["made_valid"]) == (1, 1)
    with empty.connect() as connection:
        parts = connection.scalar(text("SELECT ST_NumGeometries(geom) FROM registry.compound"))
    assert parts == 2


def test_what_is_no_use_is_rejected_by_reason(empty: Engine, drawing: Drawing) -> None:
    drawing.way(_square(24.9, 60.1), RESIDENTIAL, close=False)
    drawing.way(_square(24.9, 60.1, 0.00001), RESIDENTIAL)
    drawing.way([(24.9, 60.1), (24.91, 60.1), (24.92, 60.1)], RESIDENTIAL)
    torn = drawing.way(_square(24.9, 60.1), RESIDENTIAL)
    drawing.ways[torn - 1].nodes[1] = 999_999
    drawing.relation([("w", 77, "outer")], RESIDENTIAL)
    drawing.way(_square(24.9, 60.1), {"landuse": "industrial"})
    found = rows(drawing.write())
    assert {ref: row["why"] for ref, row in found.items()} == {
        "way/1": "not closed",
        "way/2": None,
        "way/3": None,
        "way/4": "corners missing in the file",
        "relation/1": "rings incomplete or crossing",
    }
    report = import_osm(empty, drawing.path)
    assert (report.read, report.rejected) == (5, 5)
    assert dict(report.reasons) == {"unreadable_shape": 3, "no_area": 2}


@pytest.mark.parametrize(
    ("tags", "name", "generated"),
    [
        ({"name": "Kallio", "name:zh": "卡利奥"}, "Kallio", False),
        ({"name:zh": "卡利奥", "name:en": "Kallio"}, "卡利奥", False),
        ({"name:en": "Kallio"}, "Kallio", False),
        ({}, "居住区 way/1", True),
    ],
)
def test_the_name_is_that_on_the_ground_or_a_marked_one(
    drawing: Drawing, tags: dict[str, str], name: str, generated: bool
) -> None:
    drawing.way(_square(24.9, 60.1), {**RESIDENTIAL, **tags})
    (area,) = rows(drawing.write()).values()
    assert (area["name"], area["name_generated"]) == (name, generated)


def test_compounds_in_a_loaded_city_get_its_place(empty: Engine, drawing: Drawing) -> None:
    boundaries.add_city(empty, "640100")
    street = boundaries.outlines("640100").streets.iloc[20]
    at = street.geometry.representative_point()
    drawing.way(_square(at.x, at.y, 0.0005), {**RESIDENTIAL, "name": "示例小区"})
    drawing.way(_square(24.9, 60.1), RESIDENTIAL)
    import_osm(empty, drawing.write(), city="910001", city_name="Helsinki")
    found = _compounds(empty)
    assert found["way/1"] == ("640100", "示例小区", False, street["code"])
    assert found["way/2"] == ("910001", "居住区 way/2", True, None)
    again = import_osm(empty, drawing.path)
    assert (again.unchanged, _compounds(empty)) == (2, found)


def test_a_changed_name_and_outline_update_the_compound(empty: Engine, drawing: Drawing) -> None:
    drawing.way(_square(24.9, 60.1), RESIDENTIAL)
    drawing.way(_square(24.8, 60.1), RESIDENTIAL)
    import_osm(empty, drawing.write())
    drawing.ways[0].tags = {**RESIDENTIAL, "name": "Kallio"}
    drawing.nodes[0].location = (24.899, 60.1)
    report = import_osm(empty, drawing.write())
    assert (report.new, report.updated, report.unchanged) == (0, 1, 1)
    assert _compounds(empty)["way/1"][1] == "Kallio"
    query = text(
        "SELECT upper(o.valid) = c.outline_since, ST_Equals(o.geom, c.geom)"
        " FROM registry.compound_outline AS o JOIN registry.compound AS c ON c.id = o.compound_id"
        " WHERE c.source_ref = 'way/1' AND o.superseded_at IS NULL"
    )
    with empty.connect() as connection:
        assert connection.execute(query).all() == [(True, False)]


@pytest.mark.parametrize("kept", [100, 5_000, 300_000])
def test_a_cut_off_file_is_refused_and_nothing_is_changed(
    empty: Engine, tmp_path: Path, kept: int
) -> None:
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(HELSINKI.read_bytes()[:kept])
    with pytest.raises(AtlasError, match=r"cut\.osm\.pbf cannot be read as OpenStreetMap PBF"):
        import_osm(empty, path, city="910002", city_name="Nowhere")
    assert _compounds(empty) == {}
    with empty.connect() as connection:
        query = text("SELECT count(*) FROM registry.city WHERE code = '910002'")
        assert connection.execute(query).scalar_one() == 0


def test_another_kind_of_file_is_refused(empty: Engine, tmp_path: Path) -> None:
    other = tmp_path / "other.osm.pbf"
    other.write_text("<osm version='0.6'></osm>\n" * 100)
    with pytest.raises(AtlasError, match="cannot be read as OpenStreetMap PBF"):
        import_osm(empty, other)


@pytest.mark.parametrize(
    ("city", "name", "said"),
    [
        ("91", "Helsinki", "has six digits"),
        ("910003", None, "name it with --city-name"),
        (None, "Helsinki", "needs --city"),
    ],
)
def test_a_malformed_or_unnamed_city_is_refused(
    empty: Engine, city: str | None, name: str | None, said: str
) -> None:
    with pytest.raises(AtlasError, match=said):
        import_osm(empty, HELSINKI, city=city, city_name=name)


def test_an_address_is_put_together_from_its_parts() -> None:
    tags = {"addr:street": "北京中路", "addr:housenumber": "12", "addr:city": "银川市"}
    assert address_of(tags) == "北京中路 12 银川市"
    assert address_of({"addr:full": "银川市北京中路12号", **tags}) == "银川市北京中路12号"
    assert address_of({}) is None
