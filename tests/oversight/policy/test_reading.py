"""A policy file says what the list names, and a wrong one is refused by key and value."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from geo.errors import AtlasError
from geo.models.codes import MEASURE_KINDS, PROHIBITIONS, ROWS
from oversight import policy
from oversight.policy.model import Policy
from oversight.policy.readings import READINGS, value

YINCHUAN = policy.DEFAULT.read_text("utf-8")


def written(folder: Path, text: str, name: str = "city.toml") -> Path:
    """A policy file of its own."""
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def changed(folder: Path, before: str, after: str) -> Path:
    """Yinchuan's file with one thing another way."""
    assert YINCHUAN.count(before) >= 1, before
    return written(folder, YINCHUAN.replace(before, after, 1))


def test_the_nine_prohibitions_are_of_row_t3() -> None:
    nine = [kind for kind in policy.load().violations if kind.family == "prohibition"]
    assert [kind.code for kind in nine] == list(PROHIBITIONS)
    assert {kind.row for kind in nine} == {"T3"}


def test_every_family_of_the_list_has_its_row() -> None:
    assert {(kind.family, kind.row) for kind in policy.load().violations} == {
        ("prohibition", "T3"),
        ("conduct", "T7"),
        ("safety", "T9"),
        ("committee", "T11"),
        ("public_management", "T13"),
    }


def test_types_that_count_as_a_prohibition_are_those_the_reading_names() -> None:
    assert value(policy.load(), "counts_as") == {
        "T7.fees_raised": "P7",
        "T13.charges_unlawful": "P7",
        "T13.illegal_building": "P1",
        "T13.business_unlawful": "P8",
    }


def test_the_six_disclosures_and_four_emergency_plans_each_have_a_type() -> None:
    known = set(policy.load().types)
    for what in ("contract", "content", "telephone", "method", "fees", "revenue"):
        assert f"T7.{what}_undisclosed" in known
    for what in ("fire", "public_order", "public_health", "extreme_weather"):
        assert f"T9.no_plan_{what}" in known


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("P1", ("urban_enforcement", "natural_resources")),
        ("P2", ("urban_enforcement",)),
        ("P3", ()),
        ("P4", ("municipal_works",)),
        ("P5", ("police", "network_information")),
        ("P6", ()),
        ("P7", ("market", "development")),
        ("P8", ()),
        ("P9", ("market", "police")),
    ],
)
def test_a_prohibition_is_first_referred_to_those_the_reading_names(
    code: str, first: tuple[str, ...]
) -> None:
    assert policy.load().types[code].referral == first


def test_each_rung_brings_what_the_list_says_besides_those_below() -> None:
    made = policy.load()
    assert made.brings(1) == ("credit", "talk", "order", "manager_advice")
    assert made.brings(2) == (*made.brings(1), "star_down")
    assert made.brings(3) == (*made.brings(2), "substandard", "exit")
    assert made.brings(4) == MEASURE_KINDS


def test_every_row_of_the_list_has_a_lead_and_somebody_responsible() -> None:
    for role in ("lead", "responsible"):
        assert {duty.row for duty in policy.load().duties if duty.role == role} == set(ROWS)


def test_every_choice_of_the_file_has_a_reading_with_its_values() -> None:
    choices = dict(_choices(Policy))
    assert choices.keys() <= READINGS.keys()
    for setting, allowed in choices.items():
        assert set(READINGS[setting].values) == allowed, setting


def _choices(kind: type[Any], at: str = "") -> list[tuple[str, set[str]]]:
    """The settings that are a choice, with the values they allow."""
    found = []
    for one in fields(kind):
        hint = get_type_hints(kind)[one.name]
        if is_dataclass(hint):
            found += _choices(hint, f"{at}{one.name}.")  # type: ignore[arg-type]
        elif hint is bool:
            found.append((f"{at}{one.name}", {"true", "false"}))
        elif get_origin(hint) is Literal:
            found.append((f"{at}{one.name}", set(get_args(hint))))
        elif get_origin(hint) is Union:
            named = next(each for each in get_args(hint) if get_origin(each) is Literal)
            found.append((f"{at}{one.name}", set(get_args(named))))
    return found


def test_a_second_city_reads_everything_the_other_way_without_code() -> None:
    other, ours = policy.of_city("999900"), policy.load()
    assert not [one for one in READINGS if value(other, one) == value(ours, one)]
    assert other.types.keys() == ours.types.keys()
    assert other.version != ours.version


def test_a_city_without_a_file_has_the_default_rules_and_no_duties() -> None:
    other = policy.of_city("640200")
    assert other.city == "640200"
    assert other.ladder == policy.load().ladder
    assert other.duties == ()


def test_the_version_is_of_what_is_said_and_not_of_how_it_is_laid_out(tmp_path: Path) -> None:
    plain = written(tmp_path, YINCHUAN.replace("#", "#  ") + "\n# more\n")
    assert policy.read(plain).version == policy.load().version
    other = changed(tmp_path, 'count = "distinct"', 'count = "events"')
    assert policy.read(other).version != policy.load().version


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('count = "distinct" ', 'count = "rules"', "ladder.count = 'rules' is not one of"),
        ('count = "distinct" ', "", "the key 'ladder.count' is missing"),
        ("[ladder]", "[ladder]\ncolour = 1", "unknown key 'ladder.colour'"),
        ("start = 2022-01-01", 'start = "2022"', "action.start = '2022' is not a day"),
        ('window = "action"', "window = 0", "ladder.window = 0 is not"),
        ('window = "action"', 'window = "week"', "ladder.window = 'week' is not"),
        ("repeat_order = true", "repeat_order = 1", "ladder.repeat_order = 1 is not true or"),
        ("reached = 2", "reached = 3", "ladder.rung"),
        ('"star_down"', '"star_up"', "brings 'star_up' is not one of"),
        ('"star_down"', '"talk"', "'talk' is brought twice"),
        ("reduction = 1 ", "reduction = 0 ", "stars.reduction = 0"),
        ("interval_days = 30\n", "interval_days = 180\n", "must be shorter than that of"),
        ("random_share = 0.08", "random_share = 1.5", "inspection.random_share"),
        ("stars = 0.25", "stars = 0.5", "assessment.district"),
        ("stars = 0.25", "stars = nan", "assessment.district.stars = nan is not a number"),
        ("stars = 0.25\norders_kept = 0.2", "stars = -0.1\norders_kept = 0.55", "stars = -0.1"),
        ('city = "640100"', 'city = "yinchuan"', "city = 'yinchuan' is not a code of six digits"),
        ('city = "640100"', 'city = "640100"\nduties = []', "write [[duty]]"),
        ("[ladder]", "[ladder]\nrungs = []", "unknown key 'ladder.rungs'; write [[ladder.rung]]"),
        ("interval_days = 30\n", "interval_days = 0\n", "interval_days must be 1 or more"),
        ("serious = 3\n", "serious = 0\n", "deadlines.hazard_days.serious = 0"),
        ('family = "conduct"', 'family = "prohibition"', "the prohibitions are P1…P9"),
        (
            'lead = ["leading_group", "housing"]',
            'lead = "housing"',
            "lead = 'housing' is not a list",
        ),
        ('"T11.rules_broken",', '"T11.singing",', "'T11.singing' is not one of"),
        ("[deadlines.hazard_days]\nserious = 3\n", "[deadlines.hazard_days]\n", "hazard_days"),
        ('code = "P9"', 'code = "P8"', "'P8' is listed twice"),
        (
            'code = "P9"\nfamily = "prohibition"',
            'code = "X"\nfamily = "conduct"',
            "'P9'] are missing",
        ),
        ('severity = "minor"', 'severity = "mild"', "severity 'mild'"),
        ('counts_as = "P7"', 'counts_as = "P0"', "counts_as 'P0'"),
        ('"natural_resources"]', '"mayor"]', "referral 'mayor'"),
        ('lead = ["leading_group", "housing"]', 'lead = ["mayor"]', "'T1': lead 'mayor'"),
        ("points = 6", 'points = "six"', "violations[P1].points = 'six' is not a number"),
    ],
)
def test_a_wrong_file_is_refused_by_key_and_value(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    with pytest.raises(AtlasError) as refused:
        policy.read(changed(tmp_path, before, after))
    assert complaint in str(refused.value)
    assert "city.toml" in str(refused.value)


def test_what_is_no_toml_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="not TOML"):
        policy.read(written(tmp_path, "[[["))


def test_a_file_cannot_extend_itself_or_one_of_another_folder(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="extends itself"):
        policy.read(written(tmp_path, 'extends = "city.toml"'))
    with pytest.raises(AtlasError, match=r"extends = '\.\./x\.toml'"):
        policy.read(written(tmp_path, 'extends = "../x.toml"'))


def test_what_extends_another_holds_only_what_differs(tmp_path: Path) -> None:
    file = written(tmp_path, 'extends = "yinchuan.toml"\ncity = "640200"\n[stars]\nreduction = 2\n')
    made = policy.read(file)
    assert (made.city, made.stars.reduction) == ("640200", 2)
    assert made.stars.unrated == policy.load().stars.unrated


def test_an_installation_may_change_the_file_of_the_same_name(tmp_path: Path) -> None:
    file = written(tmp_path, 'extends = "yinchuan.toml"\n[stars]\nreduction = 2\n', "yinchuan.toml")
    made = policy.read(file)
    assert (made.city, made.stars.reduction) == ("640100", 2)


def test_the_installation_s_own_file_goes_before_the_program_s(own: Path) -> None:
    written(own, 'extends = "yinchuan.toml"\n[deadlines]\ncomplaint_days = 7\n')
    assert policy.complaint_days("640100") == 7
    assert [one.city for one in policy.every()].count("640100") == 1


def test_two_files_of_one_city_in_a_folder_are_refused(own: Path) -> None:
    written(own, YINCHUAN, "a.toml")
    written(own, YINCHUAN, "b.toml")
    with pytest.raises(AtlasError, match=r"b\.toml: city = '640100' is that of a\.toml"):
        policy.every()


def test_a_policy_folder_that_is_not_there_is_named(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_POLICY_FOLDER", str(own / "none"))
    with pytest.raises(AtlasError, match="there is no such folder"):
        policy.every()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an installation's own policies."""
    monkeypatch.setenv("ATLAS_POLICY_FOLDER", str(tmp_path))
    policy.every.cache_clear()
    policy.of_city.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    policy.every.cache_clear()
    policy.of_city.cache_clear()


def test_every_setting_of_a_reading_is_in_the_policy() -> None:
    for setting in READINGS.keys() - {"counts_as"}:
        assert reduce(getattr, setting.split("."), policy.load()) is not None
