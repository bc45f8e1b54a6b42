"""What a file brings to a demonstration is marked as made up, and so it stays."""

from collections.abc import Iterator
from pathlib import Path

import geopandas
import pytest
from sqlalchemy import Engine, text

from access import demo
from geo.imports.options import Options
from geo.imports.run import run
from tests.geo.imports import files
from tests.geo.imports.imported import rows

STREET = "640106901"
_LAST = "SELECT after ? 'made_up' FROM audit.event WHERE action = 'import' ORDER BY id DESC LIMIT 1"


@pytest.fixture
def shown(database: Engine, engine: Engine) -> Iterator[Engine]:
    """The city while the demonstration is on."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM access.account"))
        # Only what is invented is in a demonstration; where districts lie is nobody's secret.
        demo.start(connection)
    yield engine
    with database.begin() as connection:
        demo.end(connection)


def test_compounds_from_a_file_are_marked_and_the_report_says_so(
    shown: Engine, tmp_path: Path
) -> None:
    report = run(shown, "compounds", files.vector(tmp_path / "a.gpkg"))
    assert (report.new, report.made_up) == (3, True)
    assert rows(shown, "SELECT DISTINCT synthetic FROM registry.compound") == [(True,)]
    (told,) = rows(shown, "SELECT report ->> 'made_up' FROM imports.file")
    assert told == ("true",)
    assert rows(shown, _LAST) == [(True,)]


def test_streets_from_a_file_are_taken_too(shown: Engine, tmp_path: Path) -> None:
    drawn = geopandas.GeoDataFrame(
        {"代码": [STREET], "名称": ["新街道"]}, geometry=files.boxes(1), crs=4326
    )
    report = run(shown, "streets", files.vector(tmp_path / "a.gpkg", drawn), Options(datum="wgs84"))
    assert (report.new, report.rejected) == (1, 0), report.examples
    marked = "SELECT synthetic FROM registry.street_boundary WHERE street_code = :code"
    assert rows(shown, marked, code=STREET) == [(True,)]


def test_elsewhere_nothing_is_marked(engine: Engine, tmp_path: Path) -> None:
    report = run(engine, "compounds", files.vector(tmp_path / "a.gpkg"))
    assert report.made_up is False
    assert rows(engine, "SELECT DISTINCT synthetic FROM registry.compound") == [(False,)]
    assert rows(engine, _LAST) == [(False,)]
