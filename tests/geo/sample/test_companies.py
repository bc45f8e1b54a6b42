"""Compounds change hands, and one company at a time serves them."""

import numpy as np
import pytest

from geo.sample.companies import Service, engage
from geo.sample.compounds import settle
from geo.sample.setting import Frames, Setting


@pytest.fixture(scope="module")
def service(setting: Setting) -> Service:
    return engage(setting, settle(setting))


def test_contracts_of_a_compound_follow_each_other(service: Service):
    own = service.contracts
    following = own.groupby("compound_id")["first"].shift(-1)
    assert (following.isna() | (following >= own["end"])).all()


def test_many_compounds_change_hands_and_some_stay(service: Service):
    companies = service.contracts.groupby("compound_id")["company_id"].nunique()
    assert 0.3 < (companies > 1).mean() < 0.8


def test_a_few_compounds_are_unserved_on_the_last_day(setting: Setting, service: Service):
    now = service.company_on(np.arange(1500), np.full(1500, setting.last))
    assert 0.002 < (now < 0).mean() < 0.08


def test_company_on_finds_the_contract_that_holds(service: Service):
    own = service.contracts.iloc[[0]]
    compound = own["compound_id"].to_numpy()
    first = own["first"].to_numpy().astype("datetime64[D]")
    assert service.on(compound, first)[0] == 0
    assert service.on(compound, first - np.timedelta64(1, "D"))[0] == -1


def test_portfolios_are_unequal(service: Service):
    sizes = np.bincount(service.contracts["company_id"], minlength=len(service.quality))
    assert len(sizes) == 160
    assert sizes.max() > 5 * np.median(sizes)


def test_contracts_are_early_or_ordinary_filed_or_not(rows: Frames):
    contract = rows["registry.contract"]
    assert set(contract["kind"]) == {"early", "ordinary"}
    assert 0.6 < contract["filed"].mean() < 0.95
    assert {"expired", "resigned", "dismissed", "exit", "replaced"} == set(
        contract["end_reason"].dropna()
    )
