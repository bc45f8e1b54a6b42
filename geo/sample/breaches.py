"""Violations of every family: more where the company is poor, the compound old, the place rough.

Breaches are drawn for each contract in proportion to the days it held within the sample's span, so
the company that served is the one that offends.
"""

import numpy as np
import pandas

from geo.models.codes import PROHIBITIONS
from geo.sample import days, names
from geo.sample.companies import Service
from geo.sample.compounds import Homes
from geo.sample.self_government import acting
from geo.sample.setting import Array, Setting, ordinals

PER_COMPOUND = {"conduct": 1.05, "safety": 1.05, "public_management": 1.30}
"""Mean number over the sample's span, by family; prohibitions and committees are drawn apart."""

COMMITTEE_RATE = 0.45
"""Mean number of committee breaches over a committee's full span."""

_QUALITY, _AGE, _FIELD = -0.75, 0.30, 0.35  # log-rate for one standard deviation
_REPEATS = 0.9  # further events a prohibition of a company brings, per root of its portfolio
_DISTINCT = ((0.955, 4), (0.87, 3), (0.72, 2), (0.45, 1))  # rank of badness → prohibitions broken
_TWIN = "T7.fees_raised"  # one incident with P7, reported under both rows of the list
_SEVERITY_WEIGHT = {"minor": 3.0, "general": 2.0, "serious": 1.0}
_OFFENDERS = ("company", "committee", "member", "resident", "utility", "unknown")
_BY_FAMILY = {
    "prohibition": (1.0, 0, 0, 0, 0, 0),
    "conduct": (1.0, 0, 0, 0, 0, 0),
    "safety": (0.90, 0, 0, 0.06, 0, 0.04),
    "committee": (0, 0.75, 0.25, 0, 0, 0),
    "public_management": (0, 0, 0, 0.80, 0, 0.20),
}
_BY_TYPE = {
    "T13.guards_unfiled": (1.0, 0, 0, 0, 0, 0),
    "T13.guards_uncertified": (1.0, 0, 0, 0, 0, 0),
    "T13.waste_unsorted": (0.30, 0, 0, 0.65, 0, 0.05),
    "T13.charges_unlawful": (0.03, 0, 0, 0, 0.85, 0.12),
    "T13.business_unlawful": (0.03, 0, 0, 0.85, 0, 0.12),
    "T13.illegal_building": (0.02, 0, 0, 0.93, 0, 0.05),
}
"""Chances of each kind of offender, in the order of ``_OFFENDERS``."""


def draw(
    setting: Setting, homes: Homes, service: Service, committee: pandas.DataFrame
) -> pandas.DataFrame:
    """All violations in order of confirmation, without what became of them.

    Columns: id, compound_id, type_code, family, offender_kind, company_id, committee_id, incident,
    severity, occurred_on, found_on, confirmed_on.
    """
    rng = setting.generator("breaches")
    exposed = _exposure(setting, homes, service)
    drawn = [_prohibitions(setting.generator("prohibitions"), setting, exposed, service)]
    drawn += [_of_family(rng, setting, exposed, family) for family in PER_COMPOUND]
    drawn.append(_of_committees(setting.generator("committee_breaches"), setting, committee))
    table = pandas.concat([part for part in drawn if len(part)], ignore_index=True)
    return _dated(setting.generator("breach_dates"), setting, table)


def _exposure(setting: Setting, homes: Homes, service: Service) -> pandas.DataFrame:
    """The part of each contract within the span: days, and the rate against the mean."""
    table = service.contracts
    first = np.maximum(table["first"].to_numpy().astype("datetime64[D]"), setting.first)
    end = table["end"].to_numpy().astype("datetime64[D]")
    end = np.where(np.isnat(end) | (end > setting.last), setting.last, end)
    length = (end - first).astype(int)
    home = homes.table.iloc[table["compound_id"]]
    size = np.log(home["households"].clip(1).to_numpy() / 500)
    rate = np.exp(
        _QUALITY * service.quality[table["company_id"]]
        + _AGE * home["age"].to_numpy()
        + _FIELD * home["field"].to_numpy()
        + 0.25 * size
    )
    exposed = pandas.DataFrame(
        {
            "compound_id": table["compound_id"],
            "company_id": table["company_id"],
            "first": first,
            "end": end,
            "weight": rate * length,
        }
    )
    held: pandas.DataFrame = exposed[length > 0].reset_index(drop=True)
    return held


def _of_family(
    rng: np.random.Generator, setting: Setting, exposed: pandas.DataFrame, family: str
) -> pandas.DataFrame:
    """Breaches of one family, Poisson by exposure, of the family's types by severity."""
    compounds = max(exposed["compound_id"].nunique(), 1)
    mean = exposed["weight"] * PER_COMPOUND[family] * compounds / exposed["weight"].sum()
    row = np.repeat(np.arange(len(exposed)), rng.poisson(mean))
    types = setting.types[(setting.types["family"] == family) & (setting.types["code"] != _TWIN)]
    weight = types["severity"].map(_SEVERITY_WEIGHT)
    code = rng.choice(types["code"].to_numpy(object), len(row), p=weight / weight.sum())
    return _happened(rng, exposed.iloc[row], code, setting)


def _prohibitions(
    rng: np.random.Generator, setting: Setting, exposed: pandas.DataFrame, service: Service
) -> pandas.DataFrame:
    """Each company breaks as many of the nine as its badness ranks it, again and again.

    Few companies reach four, since the ladder's last rung is for a few.
    """
    count = len(service.quality)
    badness = -0.8 * service.quality + rng.normal(0, 0.6, count)
    rank = badness.argsort().argsort() / count
    broken = np.select([rank >= least for least, _ in _DISTINCT], [n for _, n in _DISTINCT], 0)
    broken += (broken == 4) & (rng.random(count) < 0.4)
    order = np.argsort(rng.random((count, len(PROHIBITIONS))), axis=1)
    by_company = exposed.sort_values("company_id", kind="stable", ignore_index=True)
    served = np.bincount(by_company["company_id"], minlength=count)
    broken = np.where(served > 0, broken, 0)
    events = broken + rng.poisson(_REPEATS * broken * np.sqrt(served))
    company = np.repeat(np.arange(count), events)
    nth = ordinals(events)
    again = rng.integers(0, np.maximum(broken[company], 1))
    code = np.array(PROHIBITIONS, dtype=object)[
        order[company, np.where(nth < broken[company], nth, again)]
    ]
    trouble = by_company["weight"].to_numpy() * np.exp(rng.normal(0, 1.3, len(by_company)))
    before = np.concatenate([[0.0], np.cumsum(trouble)])
    start = np.cumsum(served) - served
    low, high = before[start[company]], before[(start + served)[company]]
    row = np.searchsorted(before, low + (high - low) * rng.random(len(company)), side="right") - 1
    table = _happened(rng, by_company.iloc[row.clip(0, len(by_company) - 1)], code, setting)
    return _with_twins(rng, table, setting)


def _with_twins(
    rng: np.random.Generator, table: pandas.DataFrame, setting: Setting
) -> pandas.DataFrame:
    """Raising fees breaks P7 and T7: some incidents are on record under both, and count once."""
    twin = (table["type_code"] == "P7") & (rng.random(len(table)) < 0.5)
    if _TWIN not in set(setting.types["code"]):
        return table
    incident = pandas.Series(None, index=table.index, dtype=object)
    incident[twin] = "SAMPLE-" + names.numbered(int(twin.sum()), 6)
    table = table.assign(incident=incident)
    severity = str(setting.types.set_index("code").loc[_TWIN, "severity"])
    second = table[twin].assign(type_code=_TWIN, family="conduct", severity=severity)
    return pandas.concat([table, second], ignore_index=True)


def _of_committees(
    rng: np.random.Generator, setting: Setting, committee: pandas.DataFrame
) -> pandas.DataFrame:
    own = acting(committee)
    first = np.maximum(own["first"].to_numpy().astype("datetime64[D]"), setting.first)
    end = own["end"].to_numpy().astype("datetime64[D]")
    end = np.where(np.isnat(end) | (end > setting.last), setting.last, end)
    length = (end - first).astype(int).clip(0)
    whole = (setting.last - setting.first).astype(int)
    row = np.repeat(np.arange(len(own)), rng.poisson(COMMITTEE_RATE * length / whole))
    types = setting.types[setting.types["family"] == "committee"]
    code = rng.choice(types["code"].to_numpy(object), len(row))
    where = pandas.DataFrame(
        {
            "compound_id": own["compound_id"].to_numpy()[row],
            "company_id": -1,
            "committee_id": own["id"].to_numpy()[row],
            "first": first[row],
            "end": end[row],
        }
    )
    return _happened(rng, where, code, setting)


def _happened(
    rng: np.random.Generator, where: pandas.DataFrame, code: Array, setting: Setting
) -> pandas.DataFrame:
    """Breaches of the given types, each on a day of its row's span."""
    types = setting.types.set_index("code").loc[code]
    first = where["first"].to_numpy().astype("datetime64[D]")
    end = where["end"].to_numpy().astype("datetime64[D]")
    offender = _offender(rng, code, setting)
    committee = where.get("committee_id", pandas.Series(-1, index=where.index)).to_numpy()
    return pandas.DataFrame(
        {
            "compound_id": where["compound_id"].to_numpy(),
            "type_code": code,
            "family": types["family"].to_numpy(),
            "severity": types["severity"].to_numpy(),
            "offender_kind": offender,
            "company_id": np.where(offender == "company", where["company_id"].to_numpy(), -1),
            "committee_id": committee,
            "incident": None,
            "occurred_on": days.uniform(rng, first, end - days.days(1)),
        }
    )


def _offender(rng: np.random.Generator, code: Array, setting: Setting) -> Array:
    """Who offends, by the chances of the type, else of its family."""
    types = setting.types
    chances = np.array(
        [
            _BY_TYPE.get(kind, _BY_FAMILY[family])
            for kind, family in zip(types["code"], types["family"], strict=True)
        ]
    )
    bound = np.cumsum(chances, axis=1)[pandas.Index(types["code"]).get_indexer(code)]
    which = (rng.random(len(code))[:, None] > bound).sum(axis=1).clip(0, len(_OFFENDERS) - 1)
    return np.asarray(np.array(_OFFENDERS, dtype=object)[which])


def _dated(rng: np.random.Generator, setting: Setting, table: pandas.DataFrame) -> pandas.DataFrame:
    """Found some days after it occurred, confirmed some days later; the youngest are not yet."""
    occurred = table["occurred_on"].to_numpy().astype("datetime64[D]")
    found = occurred + days.days(rng.geometric(0.14, len(table)) - 1)
    confirmed = found + days.days(rng.integers(0, 15, len(table)))
    unknown_day = rng.random(len(table)) < 0.10
    table = table.assign(
        occurred_on=days.only(occurred, ~unknown_day),
        found_on=found,
        confirmed_on=days.until(confirmed, setting.last),
    )
    table = table[found <= setting.last]
    alone = ~table["incident"].duplicated(keep=False)
    table.loc[alone, "incident"] = None
    table = table.sort_values(["confirmed_on", "found_on", "compound_id"], kind="stable")
    table = table.reset_index(drop=True)
    table.insert(0, "id", np.arange(len(table)))
    return table
