"""Puts one sample city together: every table with its rows, before any number is reserved."""

import hashlib

import numpy as np
import pandas
import shapely

from geo.sample import (
    agencies,
    breaches,
    companies,
    compounds,
    concerns,
    measures,
    orders,
    programme,
    ratings,
    self_government,
    services,
    visits,
)
from geo.sample.setting import Frames, Setting


def rows(setting: Setting) -> Frames:
    """All rows of a city by qualified table name. Pure: the same setting gives the same rows.

    ``id`` counts from 0 in each table; references count likewise, -1 is none. Geometries are
    EPSG:4326, dates ``datetime64``, validity ranges text as PostgreSQL writes them.
    """
    homes = compounds.settle(setting)
    service = companies.engage(setting, homes)
    facts = {
        **compounds.tables(setting, homes),
        **companies.tables(setting, homes, service),
        **ratings.tables(setting, homes, service),
        **self_government.tables(setting, homes),
        **agencies.tables(setting),
    }
    breach = breaches.draw(setting, homes, service, facts["registry.committee"])
    facts |= orders.tables(setting, homes, breach)
    facts |= measures.tables(setting, homes, service, facts)
    facts |= concerns.tables(setting, homes, service)
    facts |= services.tables(setting, homes, service)
    facts |= visits.tables(setting, homes, service, facts["oversight.rating"])
    facts |= programme.tables(setting, homes, facts["oversight.violation"])
    return facts


def digest(facts: Frames) -> str:
    """A checksum of all rows, to tell whether two cities are the same."""
    total = hashlib.sha256()
    for name in sorted(facts):
        total.update(name.encode())
        for column in facts[name]:
            total.update(_bytes(facts[name][column]))
    return total.hexdigest()


def _bytes(column: pandas.Series) -> bytes:
    if column.name == "geom":
        return "".join(map(str, shapely.to_wkb(np.asarray(column), hex=True))).encode()
    return column.to_csv().encode()
