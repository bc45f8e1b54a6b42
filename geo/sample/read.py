"""Reads what a sample city stands on: boundaries, centres and the catalogue of breaches."""

from datetime import date

import geopandas
import pandas
from sqlalchemy import Connection, text

from geo.boundaries import gazetteer
from geo.errors import AtlasError
from geo.sample.setting import Setting

SOURCE = "sample"

_DISTRICTS = text("""
    SELECT district.code, district.name, boundary.geom
    FROM registry.district JOIN registry.district_boundary AS boundary
      ON boundary.district_code = district.code
    WHERE district.city_code = :city AND boundary.valid @> :day
      AND boundary.superseded_at IS NULL
    ORDER BY district.code
""")
_STREETS = text("""
    SELECT street.code, street.district_code, street.kind, boundary.geom
    FROM registry.street JOIN registry.street_boundary AS boundary
      ON boundary.street_code = street.code
    WHERE street.city_code = :city AND boundary.valid @> :day
      AND boundary.superseded_at IS NULL
    ORDER BY street.code
""")
_TYPES = text("SELECT code, family, severity, referral FROM oversight.violation_type")
_LOADED = text("""
    SELECT EXISTS (
        SELECT FROM registry.compound
        WHERE city_code = :city AND synthetic AND source = :source
    )
""")


def is_loaded(connection: Connection, city_code: str) -> bool:
    """Whether the city has sample compounds."""
    given = {"city": city_code, "source": SOURCE}
    return bool(connection.execute(_LOADED, given).scalar_one())


def read_setting(
    connection: Connection, city_code: str, compounds: int, seed: int, until: date
) -> Setting:
    """The setting of one city, from the boundaries that hold on the last day.

    Raises AtlasError where the city has no boundaries, or no catalogue of breaches is loaded.
    """
    given = {"city": city_code, "day": until}
    districts = geopandas.read_postgis(_DISTRICTS, connection, params=given)
    streets = geopandas.read_postgis(_STREETS, connection, params=given)
    if districts.empty or streets.empty:
        raise AtlasError(
            f"city {city_code} has no boundaries on {until}; "
            f"add them with `atlas boundaries add {city_code}`"
        )
    types = pandas.read_sql(_TYPES, connection).sort_values("code", ignore_index=True)
    if types.empty:
        raise AtlasError("the catalogue of breaches is empty; `atlas up` loads it")
    return Setting(
        city_code=city_code,
        compounds=compounds,
        seed=seed,
        until=until,
        districts=_with_centres(districts.rename_geometry("geometry"), city_code),
        streets=streets.rename_geometry("geometry"),
        types=types,
    )


def _with_centres(districts: geopandas.GeoDataFrame, city_code: str) -> geopandas.GeoDataFrame:
    """The districts with lon and lat of their built-up part; some point inside where unknown."""
    known = gazetteer.read_city(city_code).districts[["code", "lon", "lat"]]
    inside = districts.geometry.representative_point()
    districts = districts.merge(known, on="code", how="left", validate="one_to_one")
    districts["lon"] = districts["lon"].fillna(inside.x)
    districts["lat"] = districts["lat"].fillna(inside.y)
    return districts
