"""Agencies, jurisdictions and self-government are as the task list has them."""

import pandas

from geo.models.codes import AGENCY_KINDS, VIOLATION_FAMILIES
from geo.sample.compounds import settle
from geo.sample.self_government import PILOTS
from geo.sample.setting import Frames, Setting


def test_city_and_every_district_have_all_twelve_kinds_of_agency(setting: Setting, rows: Frames):
    agency = rows["oversight.agency"]
    kinds = agency.groupby(agency["district_code"].fillna("city"))["kind"].agg(set)
    assert set(kinds.index) == {"city", *setting.districts["code"]}
    assert (kinds == set(AGENCY_KINDS)).all()


def test_every_district_and_family_has_who_accepts_leads_and_enforces(
    setting: Setting, rows: Frames
):
    own = rows["oversight.jurisdiction"].dropna(subset=["district_code", "family"])
    covered = set(zip(own["district_code"], own["family"], own["role"], strict=True))
    wanted = {
        (district, family, role)
        for district in setting.districts["code"]
        for family in VIOLATION_FAMILIES
        for role in ("accept", "lead", "enforce")
    }
    assert wanted <= covered


def test_prohibitions_go_to_the_enforcers_row_t3_names(rows: Frames):
    own = rows["oversight.jurisdiction"].query("role == 'enforce' and district_code == '640104'")
    kind = rows["oversight.agency"]["kind"].to_numpy()[own["agency_id"]]
    by_type = pandas.Series(kind).groupby(own["type_code"].to_numpy()).agg(set)
    assert by_type["P1"] == {"urban_enforcement", "natural_resources"}
    assert by_type["P7"] == {"market", "development"}
    assert by_type["P9"] == {"market", "police"}
    assert "P6" not in by_type


def test_a_few_areas_cross_a_district_line(setting: Setting, rows: Frames):
    own = rows["oversight.jurisdiction"].dropna(subset="geom")
    assert len(own) == 3
    for area in own["geom"]:
        assert setting.districts.intersects(area).sum() >= 2


def test_nine_pmc_pilots_stood_by_the_end_of_2023(setting: Setting, rows: Frames):
    compound = rows["registry.committee"].query("pilot")
    assert (compound["kind"] == "pmc").all()
    assert compound["valid"].str[1:11].max() < "2024"
    district = settle(setting).table["district_code"].to_numpy()[compound["compound_id"]]
    assert pandas.Series(district).value_counts().to_dict() == PILOTS
    assert len(compound) == 9


def test_committees_are_in_term_past_it_or_ended(setting: Setting, rows: Frames):
    own = rows["registry.committee"].query("kind == 'committee'")
    term_end = pandas.to_datetime(own["term"].str[12:22])
    acting = own["valid"].str.endswith(",)")
    past = term_end <= pandas.Timestamp(setting.until)
    assert (acting & ~past).sum() > 100
    assert (acting & past).sum() > 20
    assert (~acting).sum() > 20


def test_compounds_without_committee_have_the_community_acting_or_nothing(rows: Frames):
    kinds = rows["registry.committee"]["kind"].value_counts()
    assert set(kinds.index) == {"committee", "pmc", "community_acting"}
    assert rows["registry.committee"]["compound_id"].nunique() < 1300


def test_party_members_of_a_committee_are_as_many_as_counted(rows: Frames):
    member = rows["registry.member"].merge(
        rows["registry.member_person"], left_on="id", right_on="member_id"
    )
    counted = member.groupby("committee_id")["party_member"].sum()
    stated = rows["registry.committee"].set_index("id")["party_members_count"]
    assert (counted == stated.loc[counted.index].astype(int)).all()
