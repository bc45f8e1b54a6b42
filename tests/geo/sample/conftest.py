"""A setting of Yinchuan straight from the data files, and its rows, without a database."""

from dataclasses import asdict
from datetime import date

import geopandas
import pandas
import pytest

from geo.boundaries import gazetteer
from geo.boundaries.tessellation import tessellate
from geo.sample import city
from geo.sample.setting import Frames, Setting
from oversight import policy


@pytest.fixture(scope="session")
def setting() -> Setting:
    places = gazetteer.read_city("640100")
    streets = tessellate(places.districts, places.streets)
    streets = streets.merge(places.streets[["code", "kind"]], on="code")
    types = pandas.DataFrame([asdict(kind) for kind in policy.load().violations])
    return Setting(
        city_code="640100",
        compounds=1500,
        seed=640100,
        until=date(2026, 11, 23),
        districts=places.districts,
        streets=geopandas.GeoDataFrame(streets, geometry="geometry", crs="EPSG:4326"),
        types=types[["code", "family", "severity", "referral"]].sort_values(
            "code", ignore_index=True
        ),
    )


@pytest.fixture(scope="session")
def rows(setting: Setting) -> Frames:
    return city.rows(setting)
