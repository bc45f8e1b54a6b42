"""Ratings, breaches and what follows have the distributions docs/sample.md promises."""

import numpy as np
import pandas
import pytest

from geo.models.codes import RATING_DIMENSIONS, VIOLATION_FAMILIES
from geo.sample.companies import engage
from geo.sample.compounds import settle
from geo.sample.ratings import STARS
from geo.sample.setting import Frames, Setting


def test_stars_are_distributed_as_promised(rows: Frames):
    share = rows["oversight.rating"]["star"].value_counts(normalize=True)
    for star, expected in {0: 0.03, 1: 0.09, 2: 0.205, 3: 0.39, 4: 0.23, 5: 0.05}.items():
        assert share[star] == pytest.approx(expected, abs=0.035), star


def test_the_star_follows_from_the_mean_of_seven_scores(rows: Frames):
    rating = rows["oversight.rating"]
    assert np.allclose(
        rating[list(RATING_DIMENSIONS)].mean(axis=1), rating["total_score"], atol=0.01
    )
    assert (rating["star"] == np.searchsorted(STARS, rating["total_score"], side="right")).all()


def test_three_rounds_leave_out_a_few_compounds(rows: Frames):
    per_round = rows["oversight.rating"]["round_id"].value_counts()
    assert len(per_round) == 3
    assert (per_round > 1300).all()
    assert (per_round < 1500).all()


def test_every_type_of_violation_occurs(setting: Setting, rows: Frames):
    assert set(rows["oversight.violation"]["type_code"]) == set(setting.types["code"])


def test_there_are_about_four_violations_a_compound(rows: Frames):
    assert 3.5 < len(rows["oversight.violation"]) / 1500 < 4.6


def test_poor_companies_and_old_compounds_break_more(setting: Setting, rows: Frames):
    homes = settle(setting)
    service = engage(setting, homes)
    violation = rows["oversight.violation"]
    by_company = violation.query("offender_kind == 'company'")["company_id"].value_counts()
    served = service.contracts.groupby("company_id").size()
    rate = (by_company.reindex(served.index, fill_value=0) / served).to_numpy()
    assert np.corrcoef(service.quality[served.index], np.log1p(rate))[0, 1] < -0.5
    count = violation["compound_id"].value_counts().reindex(range(1500), fill_value=0).to_numpy()
    assert np.corrcoef(homes.table["age"], count)[0, 1] > 0.1


def test_offenders_fit_the_family(setting: Setting, rows: Frames):
    family = setting.types.set_index("code")["family"]
    violation = rows["oversight.violation"]
    share = pandas.crosstab(
        violation["type_code"].map(family), violation["offender_kind"], normalize="index"
    )
    assert set(share.index) == set(VIOLATION_FAMILIES)
    assert share.loc["prohibition", "company"] == 1
    assert share.loc["safety", "company"] > 0.8
    assert share.loc["committee", ["committee", "member"]].sum() == 1
    assert share.loc["public_management", "resident"] > 0.5


def test_a_few_companies_break_four_prohibitions(rows: Frames):
    violation = rows["oversight.violation"]
    own = violation[violation["type_code"].str.fullmatch("P[1-9]")]
    distinct = own.groupby("company_id")["type_code"].nunique()
    assert 2 <= (distinct >= 4).sum() <= 16
    in_compound = own.groupby(["company_id", "compound_id"])["type_code"].nunique()
    assert {1, 2, 3} <= set(in_compound)


def test_one_incident_may_stand_under_two_types(rows: Frames):
    incident = rows["oversight.violation"].dropna(subset="incident").groupby("incident")
    assert (incident["type_code"].agg(set).map(len) == 2).all()
    assert len(incident) > 0


def test_violations_are_in_every_state(rows: Frames):
    violation = rows["oversight.violation"]
    assert violation["confirmed_on"].isna().any()
    assert violation["closed_on"].isna().any()
    assert violation["appealed_on"].notna().any()
    assert violation["revoked_on"].notna().any()
    assert violation["closed_on"].notna().mean() > 0.8


def test_orders_are_kept_late_open_overdue_and_withdrawn(setting: Setting, rows: Frames):
    order = rows["oversight.rectification_order"]
    extension = rows["oversight.order_extension"].set_index("order_id")["due_on"]
    due = order["id"].map(extension).fillna(order["due_on"])
    done, last = order["done_on"], pandas.Timestamp(setting.until)
    running = done.isna() & order["withdrawn_on"].isna()
    share = {
        "kept": (done <= due).mean(),
        "late": (done > due).mean(),
        "open": (running & (due >= last)).mean(),
        "overdue": (running & (due < last)).mean(),
        "withdrawn": order["withdrawn_on"].notna().mean(),
    }
    assert sum(share.values()) == pytest.approx(1)
    assert all(value > 0 for value in share.values()), share
    assert share["kept"] > 0.65
    assert share["overdue"] < 0.08
    assert len(extension) > 50


def test_referrals_have_answers_and_open_ones(rows: Frames):
    referral = rows["oversight.referral"]
    assert referral["answered_on"].isna().any()
    assert referral["outcome"].nunique() == 5


def test_measures_follow_the_ladder_and_decided_ones_name_authority_and_document(rows: Frames):
    measure = rows["oversight.measure"]
    assert measure["kind"].nunique() == 10
    decided = measure[measure["decided_on"].notna()]
    assert decided[["authority", "document"]].notna().all(axis=None)
    assert measure.query("kind == 'blacklist'")["company_id"].is_unique


def test_exit_cases_have_all_grounds_and_some_are_over(rows: Frames):
    case = rows["oversight.exit_case"]
    assert case["ground"].nunique() == 3
    assert case["closed_on"].notna().any()
    assert case["withdrawn_on"].notna().any()


def test_low_stars_are_inspected_more_often(rows: Frames):
    star = rows["oversight.rating"].drop_duplicates("compound_id", keep="last")
    star = star.set_index("compound_id")["star"]
    visits = rows["planning.inspection"]["compound_id"].value_counts()
    mean = visits.groupby(star.reindex(visits.index)).mean()
    assert mean[1] > 2 * mean[4]
