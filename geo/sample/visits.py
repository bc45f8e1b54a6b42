"""Inspectors, and three years of inspections: the poorer the rating, the more often (T4, T5)."""

import numpy as np
import pandas

from geo.sample import agencies, days, names
from geo.sample.companies import Service
from geo.sample.compounds import Homes
from geo.sample.setting import Array, Frames, Setting, given, ordinals

INTERVALS = {0: 45, 1: 55, 2: 65, 3: 130, 4: 190, 5: 300}
"""Mean days between visits by the last star known; 110 where a compound is unrated."""

COMPOUNDS_PER_INSPECTOR = 28
_UNRATED = 110
_REASONS = (
    "routine",
    "nine_prohibitions",
    "safety_check",
    "complaint",
    "deadline",
    "fee_check",
    "random",
    "hazard",
    "joint_presence",
)
_CHANCES = (0.38, 0.15, 0.15, 0.09, 0.08, 0.05, 0.05, 0.03, 0.02)
_AGENCY = {"safety_check": "emergency", "hazard": "fire", "fee_check": "market"}
_AGENCY |= {"joint_presence": "urban_enforcement"}
_KIND = {"fee_check": "special", "random": "special", "safety_check": "special"}
_KIND |= dict.fromkeys(("complaint", "deadline", "hazard", "key_target"), "case")
_STAFF = ("housing", "housing", "housing", "urban_enforcement", "fire", "emergency", "market")
_SKILLS = {
    "housing": "{property,contracts}",
    "urban_enforcement": "{buildings,waste}",
    "fire": "{fire}",
    "emergency": "{safety}",
    "market": "{fees}",
}


def tables(setting: Setting, homes: Homes, service: Service, rating: pandas.DataFrame) -> Frames:
    """inspector, inspector_person, inspection and inspection_inspector."""
    inspector, person, agency_kind = _inspectors(setting, homes)
    inspection = _inspections(setting, homes, service, rating)
    return {
        "planning.inspector": inspector,
        "planning.inspector_person": person,
        "planning.inspection": inspection,
        "planning.inspection_inspector": _who_went(setting, homes, inspection, agency_kind),
    }


def _inspectors(setting: Setting, homes: Homes) -> tuple[pandas.DataFrame, pandas.DataFrame, Array]:
    """Each district has at least one inspector of every agency that goes out."""
    rng = setting.generator("inspectors")
    staff = _staff(setting, homes)
    kind = np.array(_STAFF, object)[ordinals(staff) % len(_STAFF)]
    count = len(kind)
    district = np.repeat(setting.districts["code"].to_numpy(object), staff)
    inspector = pandas.DataFrame(
        {
            "id": np.arange(count),
            "code": "SAMPLE" + names.numbered(count, 4),
            "valid": days.spans(setting.first - days.days(rng.integers(0, 900, count))),
            "agency_id": agencies.agency_of(setting, kind, district),
            "certified": rng.random(count) < 0.85,
            "skills": pandas.Series(kind).map(_SKILLS),
        }
    )
    person = pandas.DataFrame(
        {
            "inspector_id": np.arange(count),
            "name": names.persons(rng, count),
            "phone": names.phones(rng, count),
        }
    )
    return inspector, person, kind


def _inspections(
    setting: Setting, homes: Homes, service: Service, rating: pandas.DataFrame
) -> pandas.DataFrame:
    rng = setting.generator("inspections")
    star = rating.drop_duplicates("compound_id", keep="last").set_index("compound_id")["star"]
    star = star.reindex(np.arange(len(homes)))
    interval = star.map(INTERVALS).fillna(_UNRATED).to_numpy()
    span = (setting.last - setting.first).astype(int)
    visits = np.maximum(rng.poisson(span / interval), 1)
    compound = np.repeat(np.arange(len(homes)), visits)
    share = (ordinals(visits) + rng.random(len(compound))) / visits[compound]
    day = setting.first + days.days(np.floor(share * (span + 1)))
    reason = rng.choice(np.array(_REASONS, object), len(compound), p=_CHANCES)
    low = star.to_numpy()[compound] <= 2
    reason = np.where(low & (reason == "routine"), "key_target", reason)
    quality = service.quality_of(service.company_on(compound, day))
    findings = rng.poisson(
        0.9 * np.exp(-0.5 * quality + 0.2 * homes.table["age"].to_numpy()[compound])
    )
    return pandas.DataFrame(
        {
            "id": np.arange(len(compound)),
            "compound_id": compound,
            "inspected_on": day,
            "kind": pandas.Series(reason).map(_KIND).fillna("routine"),
            "reason": reason,
            "agency_kind": pandas.Series(reason).map(_AGENCY).fillna("housing"),
            "findings_count": findings,
            "findings": given(findings > 0, "示例：发现问题并告知整改"),
        }
    )


def _who_went(
    setting: Setting, homes: Homes, inspection: pandas.DataFrame, agency_kind: Array
) -> pandas.DataFrame:
    """One inspector of the agency and district, now and then a colleague from housing as well."""
    rng = setting.generator("who_went")
    district = pandas.Index(setting.districts["code"]).get_indexer(homes.table["district_code"])
    where = district[inspection["compound_id"]]
    home = np.repeat(np.arange(len(setting.districts)), _staff(setting, homes))
    wanted = inspection["agency_kind"].to_numpy()
    first = _someone(rng, home, agency_kind, where, wanted)
    colleague = _someone(rng, home, agency_kind, where, np.full(len(where), "housing"))
    together = (rng.random(len(where)) < 0.3) & (colleague != first)
    return pandas.DataFrame(
        {
            "inspection_id": np.concatenate([inspection["id"], inspection["id"][together]]),
            "inspector_id": np.concatenate([first, colleague[together]]),
        }
    )


def _someone(
    rng: np.random.Generator, home: Array, agency_kind: Array, district: Array, kind: Array
) -> Array:
    """An inspector drawn from those of each district and kind of agency."""
    kinds = pandas.Index(list(_SKILLS))
    key = home * len(kinds) + kinds.get_indexer(pandas.Index(agency_kind))
    order = np.argsort(key, kind="stable")
    wanted = district * len(kinds) + kinds.get_indexer(pandas.Index(kind))
    low = np.searchsorted(key[order], wanted, side="left")
    high = np.searchsorted(key[order], wanted, side="right")
    return np.asarray(order[low + np.floor(rng.random(len(low)) * (high - low)).astype(int)])


def _staff(setting: Setting, homes: Homes) -> Array:
    """Inspectors a district: by its compounds, but one of every agency at least."""
    code = setting.districts["code"]
    compounds = homes.table["district_code"].value_counts().reindex(code, fill_value=0).to_numpy()
    return np.maximum(len(_STAFF), np.ceil(compounds / COMPOUNDS_PER_INSPECTOR)).astype(int)
