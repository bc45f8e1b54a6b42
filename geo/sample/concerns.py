"""Safety hazards, complaints and mediated disputes, with their points on the map (T8–T10, T15)."""

import numpy as np
import pandas

from geo.sample import days, names
from geo.sample.companies import Service
from geo.sample.compounds import Homes, points_inside
from geo.sample.setting import Array, Frames, Setting, given

HAZARDS, COMPLAINTS, MEDIATIONS = 0.9, 2.2, 0.2
"""Mean number a compound over the sample's span."""

_HAZARD_DAYS = {"minor": 30, "general": 15, "serious": 5}
_ABOUT_STREET = 0.04
_SUBJECTS = {"conduct": "company", "prohibition": "company", "committee": "committee"}


def tables(setting: Setting, homes: Homes, service: Service) -> Frames:
    """hazard, complaint, complaint_person and mediation."""
    complaint, person = _complaints(setting, homes, service)
    return {
        "oversight.hazard": _hazards(setting, homes, service),
        "oversight.complaint": complaint,
        "oversight.complaint_person": person,
        "oversight.mediation": _mediations(setting, homes),
    }


def _where_and_when(
    rng: np.random.Generator, setting: Setting, homes: Homes, service: Service, mean: float
) -> tuple[Array, Array, Array]:
    """Compounds hit (old, large and rough ones more often), a day for each, and the company."""
    table = homes.table
    rate = np.exp(0.4 * table["age"] + 0.3 * table["field"]) * table["households"].clip(50) ** 0.5
    compound = np.repeat(np.arange(len(homes)), rng.poisson(mean * rate / rate.mean()))
    count = len(compound)
    day = days.uniform(rng, np.full(count, setting.first), np.full(count, setting.last))
    return compound, day, service.company_on(compound, day)


def _hazards(setting: Setting, homes: Homes, service: Service) -> pandas.DataFrame:
    rng = setting.generator("hazards")
    compound, found, company = _where_and_when(rng, setting, homes, service, HAZARDS)
    count = len(compound)
    types = setting.types[setting.types["family"] == "safety"]
    kind = rng.integers(0, len(types), count)
    severity = types["severity"].to_numpy(object)[kind]
    allowed = pandas.Series(severity).map(_HAZARD_DAYS).to_numpy()
    pace = np.exp(rng.normal(-0.55, 0.75, count) - 0.25 * service.quality_of(company))
    cleared = days.until(found + days.days(np.ceil(allowed * pace)), setting.last)
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": compound,
            "type_code": types["code"].to_numpy(object)[kind],
            "severity": severity,
            "found_on": found,
            "due_on": found + days.days(allowed),
            "cleared_on": days.only(cleared, rng.random(count) > 0.02),
            "geom": points_inside(rng, homes.polygons[compound]),
            "description": "示例：巡查发现安全隐患",
        }
    )


def _complaints(
    setting: Setting, homes: Homes, service: Service
) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    rng = setting.generator("complaints")
    compound, received, _ = _where_and_when(rng, setting, homes, service, COMPLAINTS)
    count = len(compound)
    kind = rng.integers(0, len(setting.types), count)
    family = setting.types["family"].to_numpy(object)[kind]
    subject = pandas.Series(family).map(_SUBJECTS).to_numpy(object)
    open_to = rng.choice(
        np.array(["company", "resident", "utility"], object), count, p=[0.5, 0.4, 0.1]
    )
    subject = np.where(pandas.isna(subject), open_to, subject)
    of_street = rng.random(count) < _ABOUT_STREET
    spent = np.ceil(rng.lognormal(np.log(9), 0.7, count)).clip(1, 800)
    closed = days.until(received + days.days(spent), setting.last)
    upheld = given(~np.isnat(closed), rng.random(count) < 0.46)
    complaint = pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": np.where(of_street, -1, compound),
            "street_code": given(of_street, homes.table["street_code"].to_numpy()[compound]),
            "type_code": given(~of_street, setting.types["code"].to_numpy(object)[kind]),
            "subject": np.where(of_street, "street", subject),
            "channel": rng.choice(
                ["hotline", "visit", "letter", "online", "office"],
                count,
                p=[0.55, 0.08, 0.04, 0.25, 0.08],
            ),
            "received_on": received,
            "due_on": received + days.days(15),
            "closed_on": closed,
            "upheld": upheld,
            "geom": points_inside(rng, homes.polygons[compound]),
        }
    )
    person = pandas.DataFrame(
        {
            "complaint_id": np.arange(count),
            "name": names.persons(rng, count),
            "phone": names.phones(rng, count),
            "statement": "示例：来电内容为虚构",
        }
    )
    return complaint, person


def _mediations(setting: Setting, homes: Homes) -> pandas.DataFrame:
    rng = setting.generator("mediations")
    compound = np.repeat(np.arange(len(homes)), rng.poisson(MEDIATIONS, len(homes)))
    count = len(compound)
    opened = days.uniform(rng, np.full(count, setting.first), np.full(count, setting.last))
    closed = days.until(opened + days.days(rng.integers(5, 90, count)), setting.last)
    outcome = rng.choice(np.array(["agreed", "failed", "court"], object), count, p=[0.7, 0.2, 0.1])
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": compound,
            "party": rng.choice(["owners", "committee", "resident"], count, p=[0.6, 0.2, 0.2]),
            "counterparty": rng.choice(
                ["company", "utility", "resident"], count, p=[0.7, 0.1, 0.2]
            ),
            "subject": rng.choice(["示例：物业费纠纷", "示例：停车纠纷", "示例：漏水纠纷"], count),
            "opened_on": opened,
            "closed_on": closed,
            "outcome": given(~np.isnat(closed), outcome),
        }
    )
