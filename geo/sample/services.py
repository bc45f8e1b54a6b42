"""Disclosures, utilities, guards, emergency plans, works, fire features, notices, presence."""

import numpy as np
import pandas
import shapely

from geo.models.codes import DISCLOSURE_KINDS, EMERGENCY_KINDS, UTILITY_KINDS
from geo.sample import agencies, days, names
from geo.sample.companies import Service
from geo.sample.compounds import Homes, first_days
from geo.sample.setting import Array, Frames, Setting, given

_SUPPLIERS = ("供水", "排水", "供电", "燃气", "供热", "通信", "有线电视")  # by UTILITY_KINDS
_SECTORS = ("一", "二", "三")
_DEGREE_M = 1 / 111_320
_LADDER_GROUND_M = (15.0, 10.0)


def tables(setting: Setting, homes: Homes, service: Service) -> Frames:
    """Seven tables of the registry about how a compound is served."""
    now = service.company_on(np.arange(len(homes)), np.full(len(homes), setting.last))
    quality = service.quality_of(now)
    return {
        "registry.disclosure": _disclosures(setting, homes, quality),
        "registry.utility": _utilities(setting, homes),
        "registry.guard_filing": _guards(setting, homes, now, quality),
        "registry.emergency_plan": _emergency_plans(setting, homes, quality),
        "registry.work_filing": _works(setting, homes, service),
        "registry.fire_feature": _fire_features(setting, homes),
        "registry.notice": _notices(setting, homes),
        "registry.presence": _presence(setting, homes),
    }


def _disclosures(setting: Setting, homes: Homes, quality: Array) -> pandas.DataFrame:
    """Six each: some always stood, some never, some began or lapsed on a day within the span."""
    rng = setting.generator("disclosures")
    compound = np.repeat(np.arange(len(homes)), len(DISCLOSURE_KINDS))
    kind = np.tile(np.array(DISCLOSURE_KINDS, object), len(homes))
    count = len(compound)
    ease = np.tile([1.6, 1.4, 2.4, 1.5, 1.1, 0.1], len(homes))
    shown = rng.random(count) < 1 / (1 + np.exp(-ease - 0.7 * quality[compound]))
    changed = rng.random(count) < 0.2
    start = np.full(count, setting.first)
    change = days.uniform(rng, start + days.days(30), np.full(count, setting.last))
    before = pandas.DataFrame(
        {
            "compound_id": compound[changed],
            "valid": days.spans(start[changed], change[changed]),
            "kind": kind[changed],
            "disclosed": ~shown[changed],
        }
    )
    after = pandas.DataFrame(
        {
            "compound_id": compound,
            "valid": days.spans(np.where(changed, change, start)),
            "kind": kind,
            "disclosed": shown,
        }
    )
    table = pandas.concat([before, after], ignore_index=True)
    table["evidence"] = given(table["disclosed"].to_numpy(), "示例：公示栏照片")
    return _numbered(table)


def _utilities(setting: Setting, homes: Homes) -> pandas.DataFrame:
    """Seven each, by the supplier of the district; older compounds are served at the gate only."""
    rng = setting.generator("utilities")
    kinds = len(UTILITY_KINDS)
    compound = np.repeat(np.arange(len(homes)), kinds)
    kind = np.tile(np.arange(kinds), len(homes))
    order = pandas.Index(setting.districts["code"])
    district = order.get_indexer(homes.table["district_code"])[compound]
    rivals = rng.integers(0, len(_SECTORS), len(compound)) * np.isin(kind, [5])
    suppliers = np.array(_SUPPLIERS, dtype=object)
    short = setting.districts["name"].to_numpy(object)
    phones = names.phones(rng, len(order) * kinds).reshape(len(order), kinds)
    gate = 1 / (1 + np.exp(1.1 - 0.8 * homes.table["age"].to_numpy()))
    provider = (
        "示例" + short[district] + suppliers[kind] + np.array(_SECTORS, object)[rivals] + "公司"
    )
    table = pandas.DataFrame(
        {
            "compound_id": compound,
            "valid": days.spans(first_days(homes))[compound],
            "kind": np.array(UTILITY_KINDS, object)[kind],
            "provider": provider,
            "serves_end_user": rng.random(len(compound)) > gate[compound],
            "hotline": phones[district, kind],
        }
    )
    return _numbered(table)


def _guards(setting: Setting, homes: Homes, company: Array, quality: Array) -> pandas.DataFrame:
    rng = setting.generator("guards")
    chosen = np.flatnonzero((company >= 0) & (rng.random(len(homes)) < 0.88))
    guards = 2 + rng.poisson(homes.table["households"].to_numpy()[chosen] / 140)
    skilled = 1 / (1 + np.exp(-1.2 - 0.6 * quality[chosen]))
    start = setting.last - days.days(rng.integers(30, 1000, len(chosen)))
    start = np.maximum(start, first_days(homes)[chosen])
    filed = rng.random(len(chosen)) < 1 / (1 + np.exp(-1.6 - 0.7 * quality[chosen]))
    table = pandas.DataFrame(
        {
            "compound_id": chosen,
            "valid": days.spans(start),
            "company_id": company[chosen],
            "guards": guards,
            "certified": rng.binomial(guards, skilled),
            "filed": filed,
            "filed_on": days.only(start, filed),
            "document": given(filed, "示例备案"),
        }
    )
    return _numbered(table)


def _emergency_plans(setting: Setting, homes: Homes, quality: Array) -> pandas.DataFrame:
    rng = setting.generator("emergency_plans")
    compound = np.repeat(np.arange(len(homes)), len(EMERGENCY_KINDS))
    kind = np.tile(np.array(EMERGENCY_KINDS, object), len(homes))
    made = rng.random(len(compound)) < 1 / (1 + np.exp(-1.5 - 0.8 * quality[compound]))
    compound, kind = compound[made], kind[made]
    count = len(compound)
    start = setting.last - days.days(rng.integers(60, 1080, count))
    trained = days.until(start + days.days(rng.integers(10, 500, count)), setting.last)
    drilled = days.until(start + days.days(rng.integers(20, 700, count)), setting.last)
    table = pandas.DataFrame(
        {
            "compound_id": compound,
            "valid": days.spans(start),
            "kind": kind,
            "supplies": rng.random(count) < 0.8,
            "trained_on": days.only(trained, rng.random(count) < 0.8),
            "drilled_on": days.only(drilled, rng.random(count) < 0.7),
        }
    )
    return _numbered(table)


def _works(setting: Setting, homes: Homes, service: Service) -> pandas.DataFrame:
    """Work in confined space and at height; most is filed before it starts."""
    rng = setting.generator("works")
    compound = np.repeat(np.arange(len(homes)), rng.poisson(0.35, len(homes)))
    count = len(compound)
    starts = days.uniform(rng, np.full(count, setting.first), np.full(count, setting.last))
    filed = rng.random(count) < 0.8
    table = pandas.DataFrame(
        {
            "compound_id": compound,
            "company_id": service.company_on(compound, starts),
            "kind": rng.choice(["confined_space", "at_height"], count, p=[0.4, 0.6]),
            "filed_on": days.only(starts - days.days(rng.integers(1, 15, count)), filed),
            "starts_on": starts,
            "ends_on": starts + days.days(rng.integers(0, 20, count)),
            "certified": rng.random(count) < 0.85,
        }
    )
    return _numbered(table)


def _fire_features(setting: Setting, homes: Homes) -> pandas.DataFrame:
    """A fire lane from the middle to the nearest side, an exit where it ends, a ladder ground."""
    rng = setting.generator("fire_features")
    middle = shapely.point_on_surface(homes.polygons)
    lane = shapely.shortest_line(middle, shapely.boundary(homes.polygons))
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    half = _DEGREE_M / 2
    wide = _LADDER_GROUND_M[0] * half / np.cos(np.radians(y))
    deep = np.full(len(y), _LADDER_GROUND_M[1] * half)
    shapes = {
        "fire_lane": lane,
        "exit": shapely.get_point(lane, -1),
        "ladder_ground": shapely.box(x - wide, y - deep, x + wide, y + deep),
    }
    table = pandas.concat(
        [
            pandas.DataFrame({"compound_id": np.arange(len(homes)), "kind": kind, "geom": shape})
            for kind, shape in shapes.items()
        ],
        ignore_index=True,
    )
    table["marked"] = rng.random(len(table)) < 0.78
    table["valid"] = days.spans(np.full(len(table), setting.first))
    return _numbered(table)


def _notices(setting: Setting, homes: Homes) -> pandas.DataFrame:
    rng = setting.generator("notices")
    chosen = np.flatnonzero(rng.random(len(homes)) < 0.72)
    posted = setting.last - days.days(rng.integers(0, 700, len(chosen)))
    removed = days.until(posted + days.days(rng.integers(60, 500, len(chosen))), setting.last)
    table = pandas.DataFrame(
        {
            "compound_id": chosen,
            "posted_on": posted,
            "removed_on": days.only(removed, rng.random(len(chosen)) < 0.1),
        }
    )
    return _numbered(table)


def _presence(setting: Setting, homes: Homes) -> pandas.DataFrame:
    """Urban enforcement, or police, regularly in one compound of eight (T14)."""
    rng = setting.generator("presence")
    chosen = np.flatnonzero(rng.random(len(homes)) < 0.13)
    kind = rng.choice(np.array(["urban_enforcement", "police"], object), len(chosen), p=[0.7, 0.3])
    district = homes.table["district_code"].to_numpy()[chosen]
    table = pandas.DataFrame(
        {
            "compound_id": chosen,
            "agency_id": agencies.agency_of(setting, kind, district),
            "valid": days.spans(setting.last - days.days(rng.integers(30, 700, len(chosen)))),
            "schedule": "示例：每周三上午",
        }
    )
    return _numbered(table)


def _numbered(table: pandas.DataFrame) -> pandas.DataFrame:
    table.insert(0, "id", np.arange(len(table)))
    return table
