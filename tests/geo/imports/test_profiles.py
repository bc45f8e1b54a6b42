"""The profiles of the kinds fit the tables, the code lists and each other."""

from itertools import chain

import pandas
import pytest
from sqlalchemy import types
from sqlalchemy.sql.type_api import TypeEngine

from geo.errors import AtlasError
from geo.imports import profile
from geo.imports.cells import parse
from geo.imports.cells.text import folded
from geo.models import Base, codes
from geo.models.companies import CompanyContact, ContractManager
from geo.models.concerns import ComplaintPerson
from geo.models.ratings import RatingRound

KINDS = profile.kinds()
EVERY_FIELD = [
    pytest.param(profile.load(kind), field, id=f"{kind}.{field.name}")
    for kind in KINDS
    for field in profile.load(kind).fields
]
CODED = [param for param in EVERY_FIELD if param.values[1].type == "code"]

FITTING: dict[str, tuple[type[TypeEngine], ...]] = {  # type: ignore[type-arg]
    "text": (types.String,),
    "credit_code": (types.String,),
    "code": (types.String,),
    "reference": (types.String, types.BigInteger, types.Integer),
    "integer": (types.Integer,),
    "star": (types.Integer,),
    "number": (types.Float,),
    "boolean": (types.Boolean,),
    "date": (types.Date,),
}

LISTS = {
    "contracts.kind": codes.CONTRACT_KINDS,
    "contracts.end_reason": codes.CONTRACT_ENDS,
    "violations.offender_kind": codes.OFFENDER_KINDS,
    "violations.severity": codes.SEVERITIES,
    "hazards.severity": codes.SEVERITIES,
    "complaints.subject": codes.COMPLAINT_SUBJECTS,
    "complaints.channel": codes.COMPLAINT_CHANNELS,
    "inspections.kind": codes.VISIT_KINDS,
    "inspections.reason": codes.INSPECTION_REASONS,
    "inspections.agency_kind": codes.AGENCY_KINDS,
    "committees.kind": codes.SELF_GOVERNMENT_KINDS,
    "agencies.kind": codes.AGENCY_KINDS,
    "agencies.level": codes.LEVELS,
    "jurisdictions.role": codes.JURISDICTION_ROLES,
    "jurisdictions.level": codes.LEVELS,
    "streets.kind": codes.STREET_KINDS,
    "communities.kind": codes.COMMUNITY_KINDS,
}


def plain(heading):
    """A heading as it is compared: small letters and figures of any width, no signs."""
    return "".join(sign for sign in folded(heading) if sign.isalnum())


def headings(field):
    """Every way in which a file may head the field."""
    return {plain(one) for one in (field.name, field.title, field.title_en, *field.headings)}


def test_every_kind_of_the_issue_has_a_profile():
    assert set(KINDS) == {
        *("compounds", "companies", "contracts", "rating_rounds", "violations", "orders"),
        *("hazards", "complaints", "inspections", "committees", "agencies", "jurisdictions"),
        *("streets", "communities"),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_found_by_its_names_which_are_its_own(kind):
    known = profile.load(kind)
    assert known.kind == kind
    for name in (known.name, *known.aliases, kind.replace("_", "-").upper()):
        assert profile.load(name).kind == kind
    others = [profile.load(other) for other in KINDS if other != kind]
    taken = set(chain.from_iterable((one.kind, one.name, *one.aliases) for one in others))
    assert not taken & {known.kind, known.name, *known.aliases}


def test_an_unknown_kind_is_answered_with_the_known_ones():
    with pytest.raises(AtlasError, match=r'no kind "dogs".*compounds'):
        profile.load("dogs")


@pytest.mark.parametrize("kind", KINDS)
def test_a_profile_speaks_of_a_table_and_of_fields_that_exist(kind):
    known = profile.load(kind)
    names = {field.name for field in known.fields}
    assert known.table in Base.metadata.tables
    assert known.history in {"entity", "event", "range", "outline"}
    assert len(names) == len(known.fields)
    for group in (*known.identity, *known.order, *known.needs):
        assert set(group) <= names
    assert known.identity


@pytest.mark.parametrize(("known", "field"), EVERY_FIELD)
def test_a_column_is_in_the_table_with_a_fitting_type(known, field):
    if field.column is None:
        return
    column = Base.metadata.tables[known.table].columns[field.column]
    assert isinstance(column.type, FITTING[field.type])
    if field.type == "reference":
        assert column.foreign_keys or field.name == field.column


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_table_cannot_do_without_is_required_or_found_otherwise(kind):
    known = profile.load(kind)
    found = {
        "compounds": {"code", "source"},
        "rating_rounds": {"round_id", "compound_id", "star"},
        "violations": {"severity"},
        "hazards": {"severity", "compound_id"},
        "orders": {"compound_id"},
        "complaints": {"due_on"},
        "agencies": {"level"},
        "jurisdictions": {"level"},
        "streets": {"kind", "district_code", "city_code"},
        "communities": {"kind", "street_code", "city_code"},
    }.get(kind, set())
    given = {field.column for field in known.fields if field.required or field.default is not None}
    wanted = {
        column.name
        for column in Base.metadata.tables[known.table].columns
        if not column.nullable and column.server_default is None and not column.primary_key
    }
    wanted -= {"city_code", "valid", "geom", "id", "area_code"}
    if kind in {"streets", "communities"}:
        wanted |= {"code"}
    assert wanted - found <= given


@pytest.mark.parametrize(
    ("kind", "names", "model"),
    [
        ("companies", {"head_name", "phone"}, CompanyContact),
        ("contracts", {"manager_name", "manager_phone"}, ContractManager),
        ("complaints", {"person_name", "phone", "statement"}, ComplaintPerson),
    ],
)
def test_personal_data_are_kept_out_of_the_public_table(kind, names, model):
    fields = [profile.load(kind).field(name) for name in names]
    assert all(field.column is None and field.fills for field in fields)
    assert all("个人信息" in (field.note or "") for field in fields)
    columns = set(model.__table__.columns.keys()) - {"area_code"}
    assert len(columns) == len(names) + 1


def test_a_round_says_all_that_is_kept_of_it():
    named = {"code": "round", "name": "round_name"}
    columns = set(RatingRound.__table__.columns.keys()) & {
        *("code", "name", "cutoff_on", "published_on", "includes_ladder")
    }
    fields = {field.name for field in profile.load("rating_rounds").fields}
    assert {named.get(column, column) for column in columns} <= fields
    assert set(codes.RATING_DIMENSIONS) <= fields


@pytest.mark.parametrize(("known", "field"), CODED)
def test_a_code_list_is_that_of_the_models(known, field):
    assert tuple(field.codes) == LISTS[f"{known.kind}.{field.name}"]
    assert field.default is None or field.default in field.codes


@pytest.mark.parametrize(("known", "field"), CODED)
def test_every_word_means_one_code(known, field):
    words = [folded(word) for code, means in field.codes.items() for word in {code, *means}]
    assert len(words) == len(set(words))
    assert all(means for means in field.codes.values())


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_fields_of_a_kind_share_a_heading(kind):
    owners: dict[str, str] = {}
    for field in profile.load(kind).fields:
        for heading in headings(field):
            assert owners.setdefault(heading, field.name) == field.name, heading


@pytest.mark.parametrize(("known", "field"), EVERY_FIELD)
def test_an_example_passes_its_own_field(known, field):
    if field.required:
        assert field.example is not None or field.type == "wkt"
    if field.example is None:
        return
    values, unread = parse(field, pandas.Series([field.example], dtype=object))
    assert not unread
    assert values.notna().all()


@pytest.mark.parametrize("kind", KINDS)
def test_coordinates_have_a_geometry_to_become(kind):
    known = profile.load(kind)
    types_of = {field.type for field in known.fields}
    assert ("wkt" in types_of) == (known.geometry is not None)
    if "longitude" in types_of:
        assert "latitude" in types_of
        assert "point" in known.geometry.accepts


def test_notes_are_given_in_both_languages():
    for kind in KINDS:
        for field in profile.load(kind).fields:
            assert (field.note is None) == (field.note_en is None), field.name


def test_a_profile_with_an_unknown_key_is_refused(tmp_path):
    wrong = (profile.FOLDER / "agencies.toml").read_text("utf-8").replace("title_en", "english")
    (tmp_path / "agencies.toml").write_text(wrong, "utf-8")
    with pytest.raises(AtlasError, match=r"agencies\.toml: .*english"):
        profile.read(tmp_path / "agencies.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('type = "reference"', 'type = "refrence"', "type 'refrence' is not one of"),
        ('refers = "district"', 'refers = "galaxy"', "refers 'galaxy' is not one of"),
        ('[["name"]]', '[["nom"]]', "identity names 'nom', which is no field"),
    ],
)
def test_a_profile_with_a_wrong_value_is_refused(tmp_path, old, new, said):
    text = (profile.FOLDER / "agencies.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "agencies.toml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(AtlasError, match=said):
        profile.read(tmp_path / "agencies.toml")
