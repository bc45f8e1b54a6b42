"""Layers as GeoDataFrames, for notebooks and scripts."""

from datetime import date

import geopandas as gpd
from sqlalchemy import Engine, text

from geo.dates import today
from layers.layer import Layer


def frame(engine: Engine, layer: Layer, *, as_of: date | None = None) -> gpd.GeoDataFrame:
    """Every feature of a layer as of a day (today unless given), indexed by id, in EPSG:4326."""
    return gpd.read_postgis(
        text(layer.features),
        engine,
        geom_col="geom",
        index_col="id",
        params={"as_of": as_of or today()},
    )
