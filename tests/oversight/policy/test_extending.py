"""A city's file holds only what differs, entry by entry of the catalogue, ladder and duties."""

from pathlib import Path

import pytest

from geo.errors import AtlasError
from oversight import policy
from oversight.policy.model import Policy

OURS = policy.load()


def extended(folder: Path, text: str, name: str = "city.toml", base: str = "yinchuan.toml") -> Path:
    """A file that extends another and says this besides."""
    file = folder / name
    file.write_text(f'extends = "{base}"\n{text}', "utf-8")
    return file


def made(folder: Path, text: str) -> Policy:
    """Yinchuan's policy with what a file says besides."""
    return policy.read(extended(folder, text))


def test_a_type_of_violation_differs_in_what_the_file_says_of_it(tmp_path: Path) -> None:
    said = '[[violation]]\ncode = "T13.animals"\ncounts_as = "P8"\npoints = 2\n'
    found = made(tmp_path, said)
    assert [one.code for one in found.violations] == [one.code for one in OURS.violations]
    changed = found.types["T13.animals"]
    assert (changed.counts_as, changed.points) == ("P8", 2)
    assert changed.name == OURS.types["T13.animals"].name
    assert changed.referral == OURS.types["T13.animals"].referral
    others = [one for one in found.violations if one.code != "T13.animals"]
    assert others == [one for one in OURS.violations if one.code != "T13.animals"]
    assert found.version != OURS.version


def test_a_rung_differs_in_what_it_brings(tmp_path: Path) -> None:
    found = made(tmp_path, '[[ladder.rung]]\nreached = 1\nbrings = ["credit", "order"]\n')
    assert found.ladder.rungs[0].brings == ("credit", "order")
    assert found.ladder.rungs[1:] == OURS.ladder.rungs[1:]
    assert found.ladder.count == OURS.ladder.count


def test_a_duty_of_inspection_differs_in_its_interval(tmp_path: Path) -> None:
    found = made(tmp_path, '[[inspection.duty]]\ncode = "key_target"\ninterval_days = 14\n')
    before = {one.code: one for one in OURS.inspection.duties}
    assert [one.code for one in found.inspection.duties] == list(before)
    for one in found.inspection.duties:
        assert one.interval_days == (
            14 if one.code == "key_target" else before[one.code].interval_days
        )
        assert one.name == before[one.code].name


def test_who_leads_a_row_differs_and_who_is_responsible_stays(tmp_path: Path) -> None:
    found = made(tmp_path, '[[duty]]\nrow = "T5"\nlevel = "city"\nlead = ["government"]\n')

    def bodies(of: Policy, role: str, row: str) -> list[str]:
        return [one.body for one in of.duties if (one.role, one.row) == (role, row)]

    assert bodies(found, "lead", "T5") == ["government"]
    assert bodies(found, "responsible", "T5") == bodies(OURS, "responsible", "T5") != []
    assert [one for one in found.duties if one.row != "T5"] == [
        one for one in OURS.duties if one.row != "T5"
    ]


def test_what_a_file_omits_is_not_taken_over(tmp_path: Path) -> None:
    said = (
        '[[violation]]\ncode = "T7.fees_raised"\nomit = ["counts_as", "referral"]\n'
        '[[violation]]\ncode = "T13.animals"\nomit = true\n'
        "[[ladder.rung]]\nreached = 4\nomit = true\n"
    )
    found = made(tmp_path, said)
    assert (found.types["T7.fees_raised"].counts_as, found.types["T7.fees_raised"].referral) == (
        None,
        (),
    )
    assert OURS.types.keys() - found.types.keys() == {"T13.animals"}
    assert [one.reached for one in found.ladder.rungs] == [1, 2, 3]


def test_what_is_new_comes_last(tmp_path: Path) -> None:
    said = (
        '[[violation]]\ncode = "T13.drones"\nfamily = "public_management"\nrow = "T13"\n'
        'name = "放飞无人机"\nname_en = "Drones"\nseverity = "minor"\npoints = 1\n'
        "deadline_days = 7\n"
    )
    found = made(tmp_path, said)
    assert [one.code for one in found.violations] == [*OURS.types, "T13.drones"]


def test_a_file_that_names_all_duties_puts_them_in_its_order(tmp_path: Path) -> None:
    codes = [one.code for one in OURS.inspection.duties]
    other = sorted(codes, reverse=True)
    assert other != codes
    some = "".join(f'[[inspection.duty]]\ncode = "{code}"\n' for code in other)
    assert [one.code for one in made(tmp_path, some).inspection.duties] == other
    fewer = "".join(f'[[inspection.duty]]\ncode = "{code}"\n' for code in other[1:])
    assert [one.code for one in made(tmp_path, fewer).inspection.duties] == codes


def test_a_file_may_extend_one_that_extends_another(tmp_path: Path) -> None:
    extended(tmp_path, '[[violation]]\ncode = "T13.animals"\npoints = 2\n', "first.toml")
    said = '[[violation]]\ncode = "T13.animals"\ncounts_as = "P8"\n'
    found = policy.read(extended(tmp_path, said, base="first.toml")).types["T13.animals"]
    assert (found.points, found.counts_as) == (2, "P8")


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ('[[violation]]\ncounts_as = "P8"\n', "violation[1]: an entry needs code"),
        ('violation = ["P1"]\n', "violation[1]: an entry needs code"),
        ('[[duty]]\nrow = "T5"\n', "duty[1]: an entry needs row and level"),
        ('[[violation]]\ncode = "P1"\n[[violation]]\ncode = "P1"\n', "'P1' is listed twice"),
        ('[[violation]]\ncode = "P1"\nomit = true\n', "the prohibitions ['P1'] are missing"),
        ('[[violation]]\ncode = "X"\nomit = true\n', "violation 'X': omit: there is no such entry"),
        ('[[violation]]\ncode = "P1"\nomit = ["colour"]\n', "omit = ['colour'] is not true or"),
        ('[[violation]]\ncode = "P1"\nomit = false\n', "omit = False is not true or"),
        ('[[violation]]\ncode = "P1"\nomit = ["code"]\n', "violations[1].code"),
        ('[[violation]]\ncode = "P1"\ncolour = 1\n', "unknown key 'violations[P1].colour'"),
        ('violation = "P1"\n', "violations = 'P1' is not a list"),
    ],
)
def test_an_entry_that_cannot_be_merged_is_refused_by_name(
    tmp_path: Path, said: str, complaint: str
) -> None:
    with pytest.raises(AtlasError) as refused:
        made(tmp_path, said)
    assert complaint in str(refused.value)
    assert "city.toml" in str(refused.value)


def test_the_second_city_lets_one_type_count_that_ours_does_not() -> None:
    other, code = policy.of_city("999900"), "T7.subcontracted_whole"
    assert (OURS.types[code].counts_as, other.types[code].counts_as) == (None, "P6")
    assert {one for one in OURS.types if OURS.types[one] != other.types[one]} == {code}
