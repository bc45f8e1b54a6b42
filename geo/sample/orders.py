"""What follows a proven breach: orders with deadlines, referrals, and the breach's end (T3)."""

import numpy as np
import pandas

from geo.sample import agencies, days
from geo.sample.compounds import Homes
from geo.sample.setting import Frames, Setting, given

_TERM = {"minor": 30, "general": 15, "serious": 7}  # days to put it right
_ORDERED = 0.55  # of company and committee breaches that are not prohibitions
_LATE, _VERY_LATE = 0.17, 0.06
_EXTENDED = 0.06
_REFERRED = {"minor": 0.15, "general": 0.45, "serious": 0.85}
_APPEALED, _UPHELD = 0.035, 0.35
_OUTCOMES = ["penalised", "warned", "no_case", "returned", "passed_on"]


def tables(setting: Setting, homes: Homes, breach: pandas.DataFrame) -> Frames:
    """violation, rectification_order, order_extension and referral."""
    violation = _appealed(setting, breach)
    order, extension = _orders(setting, violation)
    violation = _closed(setting, violation, order)
    return {
        "oversight.violation": violation.assign(evidence="示例：现场照片与笔录").drop(
            columns="family"
        ),
        "oversight.rectification_order": order,
        "oversight.order_extension": extension,
        "oversight.referral": _referrals(setting, homes, violation),
    }


def _appealed(setting: Setting, breach: pandas.DataFrame) -> pandas.DataFrame:
    """Some are appealed; an appeal upheld revokes."""
    rng = setting.generator("appeals")
    count = len(breach)
    confirmed = breach["confirmed_on"].to_numpy().astype("datetime64[D]")
    appealed = confirmed + days.days(rng.integers(1, 40, count))
    appealed = days.until(days.only(appealed, rng.random(count) < _APPEALED), setting.last)
    revoked = days.until(appealed + days.days(rng.integers(15, 75, count)), setting.last)
    revoked = days.only(revoked, rng.random(count) < _UPHELD)
    return breach.assign(appealed_on=appealed, revoked_on=revoked)


def _orders(
    setting: Setting, violation: pandas.DataFrame
) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """Orders kept, late and open; some extended, and withdrawn where the breach is revoked."""
    rng = setting.generator("orders")
    addressed = violation["offender_kind"].isin(["company", "committee", "member"])
    wanted = (violation["family"] == "prohibition") | (rng.random(len(violation)) < _ORDERED)
    own = violation[addressed & wanted & violation["confirmed_on"].notna()]
    count = len(own)
    confirmed = own["confirmed_on"].to_numpy().astype("datetime64[D]")
    issued = np.minimum(confirmed + days.days(rng.integers(0, 4, count)), setting.last)
    term = own["severity"].map(_TERM).to_numpy()
    due = issued + days.days(term)
    longer = days.days(rng.integers(5, 20, count))
    granted = days.until(due - days.days(rng.integers(0, 4, count)), setting.last)
    extended = (rng.random(count) < _EXTENDED) & ~np.isnat(granted)
    deadline = np.where(extended, due + longer, due)
    fate = rng.random(count)
    kept = issued + days.days(np.floor(rng.beta(4, 1.6, count) * (deadline - issued).astype(int)))
    late = deadline + days.days(1 + np.floor(rng.exponential(18, count)))
    very_late = deadline + days.days(rng.integers(90, 700, count))
    done = np.where(fate < _VERY_LATE, very_late, np.where(fate < _VERY_LATE + _LATE, late, kept))
    revoked = own["revoked_on"].to_numpy().astype("datetime64[D]")
    done = days.until(days.only(done, np.isnat(revoked)), setting.last)
    accepted = days.until(done + days.days(rng.integers(0, 8, count)), setting.last)
    order = pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": own["compound_id"].to_numpy(),
            "violation_id": own["id"].to_numpy(),
            "company_id": own["company_id"].to_numpy(),
            "issued_on": issued,
            "due_on": due,
            "done_on": done,
            "accepted_on": accepted,
            "withdrawn_on": np.maximum(revoked, issued),
            "requirement": "示例：限期改正并报送整改报告",
        }
    )
    extension = pandas.DataFrame(
        {
            "id": np.arange(extended.sum()),
            "order_id": np.flatnonzero(extended),
            "granted_on": granted[extended],
            "due_on": deadline[extended],
            "reason": "示例：等待材料到货",
        }
    )
    return order, extension


def _closed(
    setting: Setting, violation: pandas.DataFrame, order: pandas.DataFrame
) -> pandas.DataFrame:
    """A breach ends with its order's acceptance; without an order after some weeks."""
    rng = setting.generator("closures")
    count = len(violation)
    confirmed = violation["confirmed_on"].to_numpy().astype("datetime64[D]")
    spent = np.floor(rng.lognormal(np.log(22), 0.9, count)).clip(0, 2000)
    closed = days.until(confirmed + days.days(spent), setting.last)
    closed[order["violation_id"]] = order["accepted_on"].to_numpy().astype("datetime64[D]")
    revoked = violation["revoked_on"].to_numpy().astype("datetime64[D]")
    return violation.assign(closed_on=days.only(closed, np.isnat(revoked)))


def _referrals(setting: Setting, homes: Homes, violation: pandas.DataFrame) -> pandas.DataFrame:
    """Breaches of law passed to the district's agency, and its answer."""
    rng = setting.generator("referrals")
    kind = agencies.enforcer(setting, violation["type_code"].to_numpy(object))
    chance = violation["severity"].map(_REFERRED)
    sent_away = (kind != "housing") & (rng.random(len(violation)) < chance)
    sent_away &= violation["confirmed_on"].notna()
    own, kind = violation[sent_away], kind[sent_away]
    count = len(own)
    confirmed = own["confirmed_on"].to_numpy().astype("datetime64[D]")
    sent = np.minimum(confirmed + days.days(rng.integers(0, 8, count)), setting.last)
    answered = sent + days.days(np.floor(rng.lognormal(np.log(16), 0.7, count)).clip(1, 900))
    answered = days.until(answered, setting.last)
    outcome = rng.choice(np.array(_OUTCOMES, object), count, p=[0.38, 0.34, 0.14, 0.08, 0.06])
    district = homes.table["district_code"].to_numpy()[own["compound_id"]]
    answer = ~np.isnat(answered)
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": own["compound_id"].to_numpy(),
            "violation_id": own["id"].to_numpy(),
            "agency_id": agencies.agency_of(setting, kind, district),
            "sent_on": sent,
            "due_on": sent + days.days(30),
            "answered_on": answered,
            "outcome": given(answer, outcome),
            "answer": given(answer, "示例：已依法处理并函复"),
        }
    )
