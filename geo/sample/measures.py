"""Measures of the ladder, exit cases, leads, published cases, steps on committees (T3, T5, T12).

The ladder here is the default reading: distinct prohibitions of a company in a compound for the
first three rungs, over all its compounds for the fourth. It makes the measures that were decided;
what is due is worked out by the rules, not read from the sample.
"""

import numpy as np
import pandas

from geo.sample import agencies, days
from geo.sample.companies import Service
from geo.sample.compounds import Homes
from geo.sample.setting import Array, Frames, Setting, given

_RUNGS = {
    1: ("credit", "talk", "order", "manager_advice"),
    2: ("star_down",),
    3: ("substandard", "exit"),
    4: ("blacklist", "restriction", "joint_punishment"),
}
_DECIDED = {1: 0.85, 2: 0.8, 3: 0.7, 4: 0.6}


def tables(setting: Setting, homes: Homes, service: Service, facts: Frames) -> Frames:
    """measure, exit_case, lead, published_case and committee_step; may close a contract's exit."""
    violation = facts["oversight.violation"]
    reached = _rungs(violation)
    return {
        "oversight.measure": _measures(setting, reached),
        "oversight.exit_case": _exit_cases(setting, service, reached, facts),
        "oversight.lead": _leads(setting, homes, violation),
        "oversight.published_case": _published(setting, violation),
        "registry.committee_step": _steps(setting, violation, facts["registry.member"]),
    }


def _rungs(violation: pandas.DataFrame) -> pandas.DataFrame:
    """The day each rung was reached: company_id, compound_id (-1 on the fourth), rung, day."""
    proven = violation[
        (violation["offender_kind"] == "company")
        & violation["type_code"].str.fullmatch("P[1-9]")
        & violation["confirmed_on"].notna()
        & violation["revoked_on"].isna()
    ]
    columns = ["company_id", "compound_id", "confirmed_on"]
    in_compound = proven.drop_duplicates(["company_id", "compound_id", "type_code"])[columns]
    in_compound = in_compound.assign(
        rung=in_compound.groupby(["company_id", "compound_id"]).cumcount() + 1
    )
    over_all = proven.drop_duplicates(["company_id", "type_code"])[columns]
    over_all = over_all.assign(rung=over_all.groupby("company_id").cumcount() + 1, compound_id=-1)
    reached = pandas.concat(
        [in_compound[in_compound["rung"] <= 3], over_all[over_all["rung"] == 4]]
    )
    return reached.rename(columns={"confirmed_on": "day"}).reset_index(drop=True)


def _measures(setting: Setting, reached: pandas.DataFrame) -> pandas.DataFrame:
    rng = setting.generator("measures")
    kinds = pandas.DataFrame(
        [(rung, kind) for rung, kinds in _RUNGS.items() for kind in kinds], columns=["rung", "kind"]
    )
    table = reached.merge(kinds, on="rung")
    count = len(table)
    due = table["day"].to_numpy().astype("datetime64[D]")
    decided = days.until(due + days.days(rng.integers(2, 30, count)), setting.last)
    chance = table["rung"].map(_DECIDED).to_numpy()
    decided = days.only(decided, rng.random(count) < chance)
    lasting = (
        table["kind"].isin(["star_down", "substandard", "blacklist", "restriction"]).to_numpy()
    )
    done = days.until(decided + days.days(rng.integers(1, 40, count)), setting.last)
    ends = days.only(
        decided + days.days(730), table["kind"].isin(["blacklist", "restriction"]).to_numpy()
    )
    withdrawn = days.until(due + days.days(rng.integers(5, 60, count)), setting.last)
    withdrawn = days.only(withdrawn, np.isnat(decided) & (rng.random(count) < 0.08))
    known = ~np.isnat(decided)
    year = np.where(known, decided, setting.last).astype("datetime64[Y]").astype(str).astype(object)
    document = "示例函〔" + year + "〕" + (np.arange(count) + 1).astype(str).astype(object) + "号"
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "kind": table["kind"],
            "company_id": table["company_id"],
            "compound_id": table["compound_id"],
            "due_on": due,
            "decided_on": decided,
            "authority": given(known, "示例市住房和城乡建设局"),
            "document": given(known, document),
            "ends_on": ends,
            "done_on": days.only(done, ~lasting),
            "withdrawn_on": withdrawn,
            "reason": given(~np.isnat(withdrawn), "示例：复核后撤回"),
        }
    )


def _exit_cases(
    setting: Setting, service: Service, reached: pandas.DataFrame, facts: Frames
) -> pandas.DataFrame:
    """Cases by third rung, substandard result and two low results; closed when the company left."""
    rng = setting.generator("exit_cases")
    cases = pandas.concat([_by_rung(reached), *_by_rating(facts)])
    cases = cases.sort_values(["opened", "compound_id"], kind="stable")
    cases = cases.drop_duplicates(["compound_id", "company_id"]).reset_index(drop=True)
    opened = cases["opened"].to_numpy().astype("datetime64[D]")
    contract = service.on(cases["compound_id"].to_numpy(), opened)
    end = service.contracts["end"].to_numpy().astype("datetime64[D]")[contract]
    same = service.contracts["company_id"].to_numpy()[contract] == cases["company_id"].to_numpy()
    closed = days.until(days.only(end, (contract >= 0) & same), setting.last)
    count = len(cases)
    decided = days.until(opened + days.days(rng.integers(20, 120, count)), setting.last)
    decided = days.only(decided, rng.random(count) < 0.6)
    decided = days.only(decided, np.isnat(closed) | (decided <= closed))
    withdrawn = days.until(opened + days.days(rng.integers(15, 90, count)), setting.last)
    is_withdrawn = np.isnat(closed) & np.isnat(decided) & (rng.random(count) < 0.12)
    withdrawn = days.only(withdrawn, is_withdrawn)
    _mark_exits(facts["registry.contract"], contract[~np.isnat(closed) & ~np.isnat(decided)])
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": cases["compound_id"],
            "company_id": cases["company_id"],
            "ground": cases["ground"],
            "opened_on": opened,
            "decided_on": decided,
            "closed_on": closed,
            "withdrawn_on": withdrawn,
            "reason": given(~np.isnat(withdrawn), "示例：整改到位"),
        }
    )


def _by_rung(reached: pandas.DataFrame) -> pandas.DataFrame:
    third = reached[reached["rung"] == 3]
    third = third.rename(columns={"day": "opened"}).assign(ground="third_rung")
    return third[["compound_id", "company_id", "opened", "ground"]]


def _by_rating(facts: Frames) -> list[pandas.DataFrame]:
    published = facts["oversight.rating_round"]["published_on"].to_numpy()
    rating = facts["oversight.rating"]
    rating = rating.assign(opened=published[rating["round_id"]])
    before = rating.groupby("compound_id")[["star", "company_id"]].shift(1, fill_value=9)
    low = (rating["star"] <= 2) & (before["star"] <= 2)
    low &= before["company_id"] == rating["company_id"]
    grounds = {"substandard": rating["star"] == 0, "two_low_rounds": low & (rating["star"] > 0)}
    columns = ["compound_id", "company_id", "opened", "ground"]
    return [rating[where].assign(ground=ground)[columns] for ground, where in grounds.items()]


def _mark_exits(contract: pandas.DataFrame, ended: Array) -> None:
    contract.loc[ended, "end_reason"] = "exit"


def _leads(setting: Setting, homes: Homes, violation: pandas.DataFrame) -> pandas.DataFrame:
    """Reports: an eighth of the violations began as one; as many again were not proven or wait."""
    rng = setting.generator("leads")
    came = np.flatnonzero(rng.random(len(violation)) < 0.12)
    other = np.flatnonzero(rng.random(len(violation)) < 0.12)
    own = violation.iloc[np.concatenate([came, other])]
    proven = np.arange(len(own)) < len(came)
    found = own["found_on"].to_numpy().astype("datetime64[D]")
    confirmed = own["confirmed_on"].to_numpy().astype("datetime64[D]")
    decided = days.until(found + days.days(rng.integers(3, 60, len(own))), setting.last)
    decided = np.where(proven, confirmed, decided)
    over = ~np.isnat(decided)
    proven &= over
    district = homes.table["district_code"].to_numpy()[own["compound_id"]]
    housing = np.full(len(own), "housing", dtype=object)
    elsewhere = rng.choice(np.array(["unproven", "passed_on"], object), len(own), p=[0.8, 0.2])
    return pandas.DataFrame(
        {
            "id": np.arange(len(own)),
            "compound_id": own["compound_id"].to_numpy(),
            "type_code": own["type_code"].to_numpy(),
            "agency_id": agencies.agency_of(setting, housing, district),
            "violation_id": np.where(proven, own["id"].to_numpy(), -1),
            "reporter_kind": rng.choice(
                ["company", "resident", "office"], len(own), p=[0.1, 0.7, 0.2]
            ),
            "reported_on": found,
            "decided_on": decided,
            "outcome": np.where(proven, "proven", given(over, elsewhere)),
            "statement": "示例：来电反映情况",
        }
    )


def _published(setting: Setting, violation: pandas.DataFrame) -> pandas.DataFrame:
    """Typical cases: a few serious company breaches that stood."""
    rng = setting.generator("published_cases")
    own = violation[
        (violation["severity"] == "serious")
        & (violation["offender_kind"] == "company")
        & violation["closed_on"].notna()
    ]
    own = own[rng.random(len(own)) < 0.06]
    closed = own["closed_on"].to_numpy().astype("datetime64[D]")
    day = np.minimum(closed + days.days(rng.integers(5, 60, len(own))), setting.last)
    return pandas.DataFrame(
        {
            "id": np.arange(len(own)),
            "compound_id": own["compound_id"].to_numpy(),
            "violation_id": own["id"].to_numpy(),
            "published_on": day,
            "title": "示例：物业服务典型案例",
            "text": "示例：虚构案例，仅供演示。",
        }
    )


def _steps(
    setting: Setting, violation: pandas.DataFrame, member: pandas.DataFrame
) -> pandas.DataFrame:
    """Steps on committees and members: suspended, proposed for removal, announced."""
    rng = setting.generator("committee_steps")
    own = violation[(violation["committee_id"] >= 0) & (violation["severity"] == "serious")]
    own = own[own["confirmed_on"].notna() & own["revoked_on"].isna()]
    reach = rng.choice([0, 1, 2, 3], len(own), p=[0.35, 0.3, 0.15, 0.2])
    chair = member.drop_duplicates("committee_id").set_index("committee_id")["id"]
    of_member = (own["offender_kind"] == "member").to_numpy()
    against = np.where(of_member, own["committee_id"].map(chair).fillna(-1).astype(int), -1)
    parts = []
    for number, kind in enumerate(("suspended", "termination_proposed", "announced")):
        taken = own["confirmed_on"].to_numpy().astype("datetime64[D]") + days.days(20 + 35 * number)
        here = (reach > number) & (taken <= setting.last)
        parts.append(
            pandas.DataFrame(
                {
                    "committee_id": own["committee_id"].to_numpy()[here],
                    "member_id": against[here],
                    "violation_id": own["id"].to_numpy()[here],
                    "kind": kind,
                    "taken_on": taken[here],
                    "document": "示例决定书",
                }
            )
        )
    table = pandas.concat(parts, ignore_index=True)
    table.insert(0, "id", np.arange(len(table)))
    return table
