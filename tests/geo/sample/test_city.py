"""A sample city can be repeated, holds together and is plainly invented."""

from dataclasses import replace

import numpy as np
import pandas
import pytest

from geo.models import Base
from geo.sample import city
from geo.sample.copy import _target
from geo.sample.setting import Frames, Setting

NAMED = [
    "registry.contract",
    "registry.committee",
    "registry.member",
    "registry.disclosure",
    "registry.utility",
    "registry.guard_filing",
    "registry.plaque",
    "registry.notice",
    "oversight.rating_round",
    "oversight.rating",
    "oversight.lead",
    "oversight.violation",
    "oversight.measure",
    "oversight.exit_case",
    "oversight.rectification_order",
    "oversight.order_extension",
    "oversight.referral",
    "oversight.hazard",
    "oversight.complaint",
    "oversight.mediation",
    "oversight.agency",
    "oversight.jurisdiction",
    "planning.target",
    "planning.action",
    "planning.campaign",
    "planning.campaign_problem",
    "planning.inspector",
    "planning.inspection",
]


def test_the_same_seed_makes_the_same_city_and_another_another(setting: Setting, rows: Frames):
    assert city.digest(city.rows(setting)) == city.digest(rows)
    assert city.digest(city.rows(replace(setting, seed=7))) != city.digest(rows)


def test_a_topic_has_a_stream_of_its_own(setting: Setting):
    draws = [setting.generator(topic).random() for topic in ("orders", "hazards", "orders")]
    assert draws[0] == draws[2] != draws[1]


@pytest.mark.parametrize("name", NAMED)
def test_no_table_is_empty(rows: Frames, name: str):
    assert len(rows[name]) > 0


def test_references_lead_to_rows(rows: Frames):
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            target = _target(table, column.name)
            if table.fullname in rows and target in rows and column.name in rows[table.fullname]:
                values = rows[table.fullname][column.name]
                assert values.max() < len(rows[target]), f"{table.fullname}.{column.name}"


def test_names_and_phones_are_plainly_invented(rows: Frames):
    for name, frame in rows.items():
        for column in {"name", "head_name", "provider", "document", "title"} & set(frame):
            texts = frame[column].dropna()
            assert texts.str.startswith("示例").all(), f"{name}.{column}"
        for column in {"phone", "hotline"} & set(frame):
            assert frame[column].dropna().str.startswith("0000-").all(), f"{name}.{column}"
    assert rows["registry.company"]["code"].str.fullmatch(r"SAMPLE\d{12}").all()


def test_facts_span_three_years_and_none_lies_in_the_future(setting: Setting, rows: Frames):
    happened = {"found_on", "confirmed_on", "closed_on", "issued_on", "done_on", "sent_on"}
    happened |= {"answered_on", "cleared_on", "received_on", "inspected_on", "decided_on"}
    for name, frame in rows.items():
        for column in happened & set(frame):
            assert frame[column].max() <= pandas.Timestamp(setting.until), f"{name}.{column}"
    years = (rows["planning.inspection"]["inspected_on"] - setting.first).dt.days / 365
    assert years.min() < 0.02
    assert np.histogram(years, bins=3, range=(0, 3))[0].min() > 0.3 * len(years)
