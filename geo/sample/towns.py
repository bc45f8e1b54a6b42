"""Where people live: the towns of each district, with their share of the compounds."""

import geopandas
import numpy as np
import pandas

from geo.sample.setting import Setting

SHARES = {
    "640104": 0.35,
    "640106": 0.25,
    "640105": 0.17,
    "640121": 0.08,
    "640122": 0.085,
    "640181": 0.065,
}
"""Yinchuan's compounds by district, a rough weight set by hand; elsewhere streets decide."""

_GROSS_M2 = 165_000.0  # city ground per compound: block, roads, and all that is not housing
_SATELLITES = 3  # towns (镇) of a district that get compounds of their own, at most
_SATELLITE_SHARE = {True: 0.015, False: 0.06}  # of a district's compounds each, by whether urban


def district_weights(setting: Setting) -> "pandas.Series[float]":
    """The share of each district, by code: known, or two for each 街道 and one for each 镇."""
    kinds = setting.streets.groupby("district_code")["kind"]
    counted = 1 + kinds.agg(lambda kind: 2 * (kind == "subdistrict").sum() + (kind == "town").sum())
    weights = counted.reindex(setting.districts["code"]).fillna(1.0).astype(float)
    if set(weights.index) <= SHARES.keys():
        weights = pandas.Series({code: SHARES[code] for code in weights.index})
    shares: pandas.Series[float] = weights / weights.sum()
    return shares


def towns(setting: Setting) -> pandas.DataFrame:
    """One row a town: district_code, x, y (metres), share, radius, main, grid angle (radians)."""
    rng = setting.generator("towns")
    weights = district_weights(setting)
    streets = setting.streets.to_crs(setting.metric)
    rows = []
    for code, x, y in _centres(setting):
        own = streets[streets["district_code"] == code]
        urban = (own["kind"] == "subdistrict").sum() >= 4
        seats = own[own["kind"] == "town"].geometry.representative_point()[:_SATELLITES]
        share = _SATELLITE_SHARE[bool(urban)]
        rows.append((code, x, y, weights[code] * (1 - share * len(seats)), True))
        rows += [(code, seat.x, seat.y, weights[code] * share, False) for seat in seats]
    frame = pandas.DataFrame(rows, columns=["district_code", "x", "y", "share", "main"])
    frame["radius"] = np.sqrt(setting.compounds * frame["share"] * _GROSS_M2 / np.pi).clip(450.0)
    frame["angle"] = np.radians(rng.normal(6.0, 5.0, len(frame)))
    return frame


def _centres(setting: Setting) -> list[tuple[str, float, float]]:
    points = geopandas.points_from_xy(
        setting.districts["lon"], setting.districts["lat"], crs="EPSG:4326"
    ).to_crs(setting.metric)
    return list(zip(setting.districts["code"], points.x, points.y, strict=True))
