"""Committees, PMCs and community acting, their members, votes and steps (T11, T12, T15)."""

import numpy as np
import pandas

from geo.sample import days, names
from geo.sample.compounds import Homes, first_days
from geo.sample.setting import Array, Frames, Setting, given, ordinals

PILOTS = {"640104": 2, "640106": 2, "640105": 2, "640181": 1, "640121": 1, "640122": 1}
"""PMC pilots by the end of 2023, by district (T15); other cities have one a district."""

_PILOT_DAYS = (np.datetime64("2023-03-01"), np.datetime64("2023-12-15"))
_KINDS = np.array(["committee", "pmc", "community_acting", "none"], dtype=object)
_SHARES = (0.43, 0.03, 0.27, 0.27)
_TERM_YEARS = (3, 5)


def tables(setting: Setting, homes: Homes) -> Frames:
    """Committees with members and persons; owners' votes.

    A committee's ``valid`` may outlast its ``term``: then its term is over and it is flagged.
    """
    rng = setting.generator("self_government")
    committee = _committees(rng, setting, homes)
    member, person = _members(rng, committee)
    vote = _votes(rng, setting, homes, committee)
    table = committee.drop(columns=["first", "end"])
    return {
        "registry.committee": table,
        "registry.member": member,
        "registry.member_person": person,
        "registry.assembly_vote": vote,
    }


def acting(committee: pandas.DataFrame) -> pandas.DataFrame:
    """Elected committees with the days they act: id, compound_id, first, end (may be missing)."""
    own = committee[committee["kind"] == "committee"]
    days_ = own["valid"].str.extract(r"\[([^,]*),([^)]*)\)").replace("", "NaT")
    return own[["id", "compound_id"]].assign(
        first=days_[0].to_numpy().astype("datetime64[D]"),
        end=days_[1].to_numpy().astype("datetime64[D]"),
    )


def _pilots(rng: np.random.Generator, setting: Setting, homes: Homes) -> Array:
    """Whether a compound is a pilot; none is before the pilots' time is over."""
    chosen = np.zeros(len(homes), bool)
    if setting.last < _PILOT_DAYS[1]:
        return chosen
    code = homes.table["district_code"].to_numpy()
    stood = first_days(homes) < _PILOT_DAYS[0]
    for district in setting.districts["code"]:
        candidates = np.flatnonzero((code == district) & stood)
        wanted = min(PILOTS.get(district, 1), len(candidates))
        chosen[rng.choice(candidates, wanted, replace=False)] = True
    return chosen


def _committees(rng: np.random.Generator, setting: Setting, homes: Homes) -> pandas.DataFrame:
    """One body at most a compound: with first and end, the days it acts, as columns besides."""
    kind = rng.choice(_KINDS, len(homes), p=_SHARES)
    is_pilot = _pilots(rng, setting, homes)
    kind[is_pilot] = "pmc"
    compound = np.flatnonzero(kind != "none")
    kind, pilot = kind[compound], is_pilot[compound]
    count = len(compound)
    earliest = first_days(homes)[compound] + days.days(330)
    begin = setting.last - days.days(rng.integers(20, 2600, count))
    begin = np.minimum(np.maximum(begin, earliest), setting.last - days.days(5))
    begin = np.where(pilot, days.uniform(rng, *(np.full(count, day) for day in _PILOT_DAYS)), begin)
    elected = kind != "community_acting"
    term_end = begin + days.days(rng.choice(_TERM_YEARS, count) * 365)
    ends = elected & ~pilot & (term_end <= setting.last) & (rng.random(count) < 0.45)
    end = np.where(ends, term_end, days.NEVER)
    seats = rng.choice([5, 7, 7, 9, 11], count)
    funds = days.until(begin + days.days(rng.integers(100, 900, count)), setting.last)
    filed = days.until(begin + days.days(rng.integers(2, 40, count)), setting.last)
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": compound,
            "valid": days.spans(begin, end),
            "kind": kind,
            "term": given(elected, days.spans(begin, term_end)),
            "members_count": pandas.array(np.where(elected, seats, -1)).astype("Int64"),
            "party_members_count": rng.binomial(seats, 0.45),
            "filed_on": days.only(filed, elected & (rng.random(count) < 0.9)),
            "funds_published_on": days.only(funds, elected & (rng.random(count) < 0.7)),
            "handed_over_on": days.only(end, ends & (rng.random(count) < 0.8)),
            "pilot": pilot,
            "first": begin,
            "end": end,
        }
    ).assign(
        members_count=lambda frame: frame["members_count"].where(elected),
        party_members_count=lambda frame: (
            frame["party_members_count"].astype("Int64").where(elected)
        ),
    )


def _members(
    rng: np.random.Generator, committee: pandas.DataFrame
) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    elected = committee[committee["members_count"].notna()]
    seats = elected["members_count"].to_numpy(int)
    owner = np.repeat(elected["id"].to_numpy(), seats)
    seat = ordinals(seats)
    party = np.repeat(elected["party_members_count"].to_numpy(int), seats)
    count = len(owner)
    member = pandas.DataFrame(
        {
            "id": np.arange(count),
            "committee_id": owner,
            "valid": committee["valid"].to_numpy()[owner],
            "position": np.select([seat == 0, seat == 1], ["chair", "vice_chair"], "member"),
        }
    )
    person = pandas.DataFrame(
        {
            "member_id": np.arange(count),
            "name": names.persons(rng, count),
            "phone": names.phones(rng, count),
            "party_member": seat < party,
            "community_post": rng.random(count) < 0.12,
            "delegate": rng.random(count) < 0.03,
        }
    )
    return member, person


def _votes(
    rng: np.random.Generator, setting: Setting, homes: Homes, committee: pandas.DataFrame
) -> pandas.DataFrame:
    """Votes of the owners' assembly; a vote passes with two thirds taking part and half for it."""
    held = committee[(committee["kind"] == "committee") & (rng.random(len(committee)) < 0.6)]
    first = np.maximum(held["first"].to_numpy().astype("datetime64[D]"), setting.first)
    opened = days.uniform(rng, first, np.full(len(held), setting.last))
    closed = days.until(opened + days.days(rng.integers(7, 31, len(held))), setting.last)
    entitled = homes.table["households"].to_numpy()[held["compound_id"]]
    share = rng.beta(7, 4, len(held))
    over = ~np.isnat(closed)
    passed = (share > 2 / 3) & (rng.random(len(held)) < 0.85)
    topics = [
        "示例：选聘物业服务企业",
        "示例：使用维修资金",
        "示例：业委会换届",
        "示例：公共收益使用",
    ]
    return pandas.DataFrame(
        {
            "id": np.arange(len(held)),
            "compound_id": held["compound_id"].to_numpy(),
            "topic": rng.choice(topics, len(held)),
            "electronic": rng.random(len(held)) < 0.45,
            "opened_on": opened,
            "closed_on": closed,
            "entitled": entitled,
            "voted": np.floor(entitled * share).astype(int),
            "passed": given(over, passed),
        }
    )
