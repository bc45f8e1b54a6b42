"""Three rating rounds with seven dimension scores, and the plaques they bring (T5, T6)."""

import numpy as np
import pandas

from geo.models.codes import RATING_DIMENSIONS
from geo.sample import days
from geo.sample.companies import Service
from geo.sample.compounds import Homes
from geo.sample.setting import Array, Frames, Setting, standard

CUTOFFS = (930, 570, 210)
"""Days before the last on which the rounds are cut off; results come 45 days later."""

STARS = (58.0, 64.5, 71.0, 80.3, 89.7)
"""Least total score for one to five stars; below the first is substandard."""

_PUBLISHED_AFTER = 45
_SKIPPED = 0.025


def tables(setting: Setting, homes: Homes, service: Service) -> Frames:
    """rating_round, rating and plaque."""
    cutoff = setting.last - days.days(np.array(CUTOFFS))
    published = cutoff + days.days(_PUBLISHED_AFTER)
    rounds = pandas.DataFrame(
        {
            "id": np.arange(len(CUTOFFS)),
            "code": [f"SAMPLE{number}" for number in range(1, len(CUTOFFS) + 1)],
            "name": [f"示例第{number}轮星级评定" for number in "一二三"],
            "cutoff_on": cutoff,
            "published_on": published,
            "includes_ladder": False,
        }
    )
    rating = _rate(setting, homes, service, cutoff)
    result = rating["round_id"].to_numpy()
    following = rating.groupby("compound_id")["round_id"].shift(-1, fill_value=-1).to_numpy()
    until = np.where(following >= 0, published[following], days.NEVER)
    rating["valid"] = days.spans(published[result], until)
    return {
        "oversight.rating_round": rounds,
        "oversight.rating": rating,
        "registry.plaque": _plaques(rating, published, following),
    }


def _rate(setting: Setting, homes: Homes, service: Service, cutoff: Array) -> pandas.DataFrame:
    """Score every compound that stood and was served at the cut-off; a few are left out."""
    rng = setting.generator("ratings")
    lasting = rng.normal(0, 0.45, len(homes))
    never = rng.random(len(homes)) < 0.01
    rounds = []
    for number, day in enumerate(cutoff):
        compound = np.arange(len(homes))
        company = service.company_on(compound, np.full(len(homes), day))
        left_out = (rng.random(len(homes)) < _SKIPPED) | never | (company < 0)
        merit = 0.62 * service.quality_of(company) + lasting + rng.normal(0, 0.35, len(homes))
        merit -= 0.32 * homes.table["age"].to_numpy() + 0.3 * homes.table["field"].to_numpy()
        scores = _dimensions(rng, standard(merit))
        frame = pandas.DataFrame(scores, columns=list(RATING_DIMENSIONS))
        frame.insert(0, "total_score", scores.mean(axis=1).round(2))
        frame.insert(0, "star", np.searchsorted(STARS, frame["total_score"], side="right"))
        frame.insert(0, "company_id", company)
        frame.insert(0, "round_id", number)
        frame.insert(0, "compound_id", compound)
        rounds.append(frame[~left_out])
    table = pandas.concat(rounds).sort_values(["compound_id", "round_id"], ignore_index=True)
    table.insert(0, "id", np.arange(len(table)))
    return table


def _dimensions(rng: np.random.Generator, merit: Array) -> Array:
    """Seven scores out of 100 about a total of mean 75 and deviation 9."""
    noise = rng.normal(0, 4.0, (len(merit), len(RATING_DIMENSIONS)))
    noise -= noise.mean(axis=1, keepdims=True)
    return np.asarray(np.clip(75 + 9 * merit[:, None] + noise, 0, 100).round(1))


def _plaques(rating: pandas.DataFrame, published: Array, following: Array) -> pandas.DataFrame:
    """A plaque for each result of a star or more, withdrawn when the next result is out."""
    earned = rating["star"].to_numpy() >= 1
    result = rating["round_id"].to_numpy()[earned]
    after = following[earned]
    return pandas.DataFrame(
        {
            "id": np.arange(earned.sum()),
            "compound_id": rating["compound_id"].to_numpy()[earned],
            "rating_id": rating["id"].to_numpy()[earned],
            "star": rating["star"].to_numpy()[earned],
            "issued_on": published[result] + days.days(10),
            "withdrawn_on": np.where(after >= 0, published[after], days.NEVER),
        }
    )
