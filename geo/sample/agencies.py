"""Agencies of the city and its districts, what each answers for and where.

Who is responsible follows the defaults of the task list's rows T3 and T7–T13; names and hotlines
are invented.
"""

import geopandas
import numpy as np
import pandas
import shapely

from geo.models.codes import AGENCY_KINDS, VIOLATION_FAMILIES
from geo.sample import days, names
from geo.sample.setting import Array, Frames, Setting

NAMES = {
    "housing": "住房和城乡建设局",
    "urban_enforcement": "综合执法局",
    "police": "公安局",
    "market": "市场监督管理局",
    "development": "发展和改革局",
    "fire": "消防救援大队",
    "emergency": "应急管理局",
    "civil_affairs": "民政局",
    "natural_resources": "自然资源局",
    "parks": "园林管理局",
    "municipal_works": "市政管理局",
    "network_information": "网络信息局",
}

FAMILIES: dict[str, dict[str, tuple[str, ...]]] = {
    "prohibition": {"accept": ("housing",), "lead": ("housing",), "enforce": ("housing",)},
    "conduct": {
        "accept": ("housing",),
        "lead": ("development", "housing"),
        "enforce": ("market", "housing"),
    },
    "safety": {
        "accept": ("emergency",),
        "lead": ("emergency", "fire"),
        "enforce": ("emergency", "fire"),
        "support": ("housing", "urban_enforcement"),
    },
    "committee": {
        "accept": ("housing",),
        "lead": ("housing",),
        "enforce": ("housing", "civil_affairs"),
    },
    "public_management": {
        "accept": ("urban_enforcement",),
        "lead": ("urban_enforcement", "police"),
        "enforce": ("urban_enforcement", "police"),
        "support": (
            "housing",
            "market",
            "natural_resources",
            "parks",
            "municipal_works",
            "network_information",
            "emergency",
            "fire",
        ),
    },
}
"""Who accepts, leads, enforces and supports for each family of breaches, in every district."""

_CITY_LEADS = {
    "prohibition": ("housing",),
    "conduct": ("development", "housing"),
    "safety": ("emergency", "fire"),
    "committee": ("housing",),
    "public_management": ("urban_enforcement", "police"),
}
_CROSS_AREAS = 3
_CROSS_RADIUS_M = 1400.0


def tables(setting: Setting) -> Frames:
    """agency and jurisdiction; every district has every kind of agency, and so has the city."""
    rng = setting.generator("agencies")
    districts = setting.districts["code"].to_list()
    kinds = len(AGENCY_KINDS)
    level = np.repeat(["city", "county"], [kinds, kinds * len(districts)]).astype(object)
    places = ["市", *setting.districts["name"]]
    agency = pandas.DataFrame(
        {
            "id": np.arange(len(level)),
            "kind": list(AGENCY_KINDS) * (1 + len(districts)),
            "level": level,
            "district_code": np.repeat(np.array([None, *districts], dtype=object), kinds),
            "name": [f"示例{place}{NAMES[kind]}" for place in places for kind in AGENCY_KINDS],
            "hotline": names.phones(rng, len(level)),
        }
    )
    return {"oversight.agency": agency, "oversight.jurisdiction": _jurisdictions(setting, agency)}


def agency_of(setting: Setting, kind: Array, district: Array) -> Array:
    """The id of the county-level agency of a kind in a district, for arrays of both."""
    order = pandas.Index(setting.districts["code"]).get_indexer(pandas.Index(district))
    return np.asarray(
        len(AGENCY_KINDS) * (1 + order) + pandas.Index(AGENCY_KINDS).get_indexer(pandas.Index(kind))
    )


def enforcer(setting: Setting, type_code: Array) -> Array:
    """The first kind of agency a breach is referred to, as the policy names them."""
    types = setting.types
    first = {
        code: (referral or FAMILIES[family]["enforce"])[0]
        for code, family, referral in zip(
            types["code"], types["family"], types["referral"], strict=True
        )
    }
    return pandas.Series(type_code).map(first).to_numpy(object)


def _jurisdictions(setting: Setting, agency: pandas.DataFrame) -> pandas.DataFrame:
    county: list[tuple[str, str, str | None, str | None]] = [
        (kind, role, None, family)
        for family in VIOLATION_FAMILIES
        for role, kinds in FAMILIES[family].items()
        for kind in kinds
    ]
    types = setting.types
    county += [
        (kind, "enforce", code, None)
        for code, family, kinds in zip(
            types["code"], types["family"], types["referral"], strict=True
        )
        if tuple(kinds) not in {(), FAMILIES[family]["enforce"]}
        for kind in kinds
    ]
    city = [(kind, "lead", None, fam) for fam, kinds in _CITY_LEADS.items() for kind in kinds]
    columns = ["kind", "role", "type_code", "family"]
    answers = pandas.concat(
        [
            pandas.DataFrame(city, columns=columns).assign(level="city"),
            pandas.DataFrame(county, columns=columns).assign(level="county"),
        ]
    )
    table = answers.merge(agency.drop(columns="name"), on=["level", "kind"], validate="m:m")
    table = table.rename(columns={"id": "agency_id"}).drop(columns="kind")
    table = pandas.concat([table, _cross_areas(setting, agency)], ignore_index=True)
    table["geom"] = table["geom"].where(table["geom"].notna(), None)
    table["valid"] = days.spans(np.full(len(table), setting.first - days.days(365)))
    table["legal_basis"] = "示例依据"
    table.insert(0, "id", np.arange(len(table)))
    return table


def _cross_areas(setting: Setting, agency: pandas.DataFrame) -> pandas.DataFrame:
    """A few areas across a district line that one agency of the city polices."""
    districts = setting.districts.to_crs(setting.metric).geometry.to_numpy()
    centres = geopandas.points_from_xy(
        setting.districts["lon"], setting.districts["lat"], crs="EPSG:4326"
    ).to_crs(setting.metric)
    pairs = [
        (float(centres[one].distance(centres[other])), one, other)
        for one in range(len(districts))
        for other in range(one)
        if shapely.length(shapely.intersection(districts[one], districts[other])) > 0
    ]
    areas = []
    for _, one, other in sorted(pairs)[:_CROSS_AREAS]:
        line = shapely.intersection(districts[one], districts[other])
        middle = shapely.union(centres[one], centres[other]).centroid
        site = shapely.shortest_line(line, middle).interpolate(0.0)
        areas.append(shapely.multipolygons([site.buffer(_CROSS_RADIUS_M, quad_segs=8)]))
    shapes = geopandas.GeoSeries(areas, crs=setting.metric).to_crs("EPSG:4326")
    chief = agency[agency["kind"] == "urban_enforcement"].iloc[0]
    return pandas.DataFrame(
        {
            "agency_id": int(chief["id"]),
            "role": "enforce",
            "level": "city",
            "family": "public_management",
            "hotline": chief["hotline"],
            "area_name": [f"示例跨区联合执法片区{number}" for number in range(1, len(areas) + 1)],
            "geom": shapes.to_numpy(),
        }
    )
