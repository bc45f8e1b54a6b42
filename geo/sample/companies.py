"""Companies of unequal quality, and the contracts by which compounds change hands."""

from dataclasses import dataclass

import numpy as np
import pandas

from geo.sample import days, names
from geo.sample.compounds import Homes, first_days
from geo.sample.setting import Array, Frames, Setting, given

PER_COMPOUND = 160 / 1500
_PORTFOLIO = 1.0  # log-deviation of the sizes companies grow to
_MOST_CONTRACTS = 5
_RENEWED, _GAP = 0.52, 0.16  # chance that a company stays; that a change leaves a gap
_ENDS = np.array(["expired", "resigned", "dismissed", "replaced"], dtype=object)


@dataclass(frozen=True)
class Service:
    """Who serves which compound when, one row a contract.

    ``quality`` holds one standard normal value a company, better is more. ``contracts`` has
    compound_id, company_id, first and end (end missing while open-ended), ordered by compound and
    day; its row number is the contract's id.
    """

    quality: Array
    contracts: pandas.DataFrame

    def on(self, compounds: Array, dates: Array) -> Array:
        """The contract in force at each compound on each day; -1 where none is."""
        table = self.contracts
        key = _key(table["compound_id"].to_numpy(), table["first"].to_numpy())
        at = np.searchsorted(key, _key(compounds, dates), side="right") - 1
        row = table.iloc[np.maximum(at, 0)]
        holds = (at >= 0) & (row["compound_id"].to_numpy() == compounds)
        end = row["end"].to_numpy().astype("datetime64[D]")
        return np.where(holds & (np.isnat(end) | (dates < end)), at, -1)

    def company_on(self, compounds: Array, dates: Array) -> Array:
        """The company that serves each compound on each day; -1 where none does."""
        contract = self.on(compounds, dates)
        return np.where(contract >= 0, self.contracts["company_id"].to_numpy()[contract], -1)

    def quality_of(self, companies: Array) -> Array:
        """The quality of each company; the mean, 0, where there is none."""
        return np.where(companies >= 0, self.quality[companies], 0.0)


def engage(setting: Setting, homes: Homes) -> Service:
    """Draw the companies' quality and the succession of contracts."""
    rng = setting.generator("contracts")
    count = max(3, round(len(homes) * PER_COMPOUND))
    quality = rng.normal(size=count)
    weight = np.exp(rng.normal(0.15 * quality, _PORTFOLIO))
    steps = _succession(rng, setting, homes, weight / weight.sum())
    contracts = pandas.concat(steps, ignore_index=True)
    contracts = contracts.sort_values(["compound_id", "first"], ignore_index=True)
    return Service(quality, contracts)


def tables(setting: Setting, homes: Homes, service: Service) -> Frames:
    """Companies, contacts, contracts and project managers."""
    rng = setting.generator("companies")
    count = len(service.quality)
    company = pandas.DataFrame(
        {
            "id": np.arange(count),
            "code": names.company_codes(setting.city_code, count),
            "name": names.companies(count),
            "founded_on": setting.first - days.days(rng.integers(1000, 8000, count)),
        }
    )
    contact = pandas.DataFrame(
        {
            "company_id": np.arange(count),
            "head_name": names.persons(rng, count),
            "phone": names.phones(rng, count),
        }
    )
    contract = _contract_rows(rng, setting, homes, service)
    manager = pandas.DataFrame(
        {
            "contract_id": np.arange(len(contract)),
            "name": names.persons(rng, len(contract)),
            "phone": names.phones(rng, len(contract)),
        }
    )
    return {
        "registry.company": company,
        "registry.company_contact": contact,
        "registry.contract": contract,
        "registry.contract_manager": manager,
    }


def _succession(
    rng: np.random.Generator, setting: Setting, homes: Homes, weight: Array
) -> list[pandas.DataFrame]:
    """Contract after contract, for all compounds at once, until the last day is passed."""
    compound = np.arange(len(homes))
    begin = setting.first - days.days(rng.integers(30, 1500, len(homes)))
    begin = np.maximum(begin, first_days(homes) + days.days(rng.integers(0, 300, len(homes))))
    company = rng.choice(len(weight), len(homes), p=weight)
    steps = []
    for number in range(_MOST_CONTRACTS):
        length = days.days(rng.choice([365, 730, 1095, 1095, 1460, 1825], len(compound)))
        end = begin + length - days.days(rng.integers(0, 90, len(compound)))
        open_ended = (end > setting.last) & (rng.random(len(compound)) < 0.35)
        stays = rng.random(len(compound)) < _RENEWED
        later = rng.choice(len(weight), len(compound), p=weight)
        later = np.where(stays, company, later)
        changes = later != company
        steps.append(
            pandas.DataFrame(
                {
                    "compound_id": compound,
                    "company_id": company,
                    "first": begin,
                    "end": np.where(open_ended, days.NEVER, end),
                    "number": number,
                    "changes": changes,
                }
            )
        )
        gap = changes & (rng.random(len(compound)) < _GAP)
        begin = end + days.days(np.where(gap, rng.integers(15, 220, len(compound)), 0))
        goes_on = ~open_ended & (begin <= setting.last)
        compound, company, begin = compound[goes_on], later[goes_on], begin[goes_on]
    return steps


def _contract_rows(
    rng: np.random.Generator, setting: Setting, homes: Homes, service: Service
) -> pandas.DataFrame:
    table = service.contracts
    count = len(table)
    compound = table["compound_id"].to_numpy()
    first = table["first"].to_numpy().astype("datetime64[D]")
    end = table["end"].to_numpy().astype("datetime64[D]")
    quality = service.quality[table["company_id"]]
    year = homes.table["year_built"].to_numpy()[compound]
    young = (first - first_days(homes)[compound]).astype(int) < 900
    filed_on = days.until(first + days.days(rng.integers(3, 60, count)), setting.last)
    filed = (rng.random(count) < 1 / (1 + np.exp(-1.8 - 0.8 * quality))) & ~np.isnat(filed_on)
    reason = np.where(
        table["changes"], rng.choice(_ENDS, count, p=[0.5, 0.15, 0.2, 0.15]), "expired"
    )
    fee = 0.7 + 0.055 * (year - 1990).clip(0) + 0.18 * quality + rng.normal(0, 0.2, count)
    return pandas.DataFrame(
        {
            "id": np.arange(count),
            "compound_id": compound,
            "valid": days.spans(first, end),
            "company_id": table["company_id"],
            "kind": np.where((table["number"] == 0) & young, "early", "ordinary"),
            "filed": filed,
            "filed_on": days.only(filed_on, filed),
            "model_text": rng.random(count) < 0.85,
            "fee_per_m2": fee.clip(0.4, 4.5).round(2),
            "end_reason": given(end <= setting.last, reason),
        }
    )


def _key(compounds: Array, dates: Array) -> Array:
    return np.asarray(compounds * 100_000 + dates.astype("datetime64[D]").astype(int))
