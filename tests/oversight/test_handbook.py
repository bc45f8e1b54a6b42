"""docs/rules.md is what the policy gives."""

from pathlib import Path

from oversight.handbook import handbook
from oversight.policy import load
from oversight.policy.readings import READINGS

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_made_from_the_policy() -> None:
    assert PAGE.read_text("utf-8") == handbook(), "run `atlas policy rules > docs/rules.md`"


def test_it_names_every_setting_type_and_row() -> None:
    page = handbook()
    for setting in READINGS:
        assert f"`{setting}`" in page
    for kind in load().violations:
        assert f"`{kind.code}`" in page
    for number in range(3, 16):
        assert f"| T{number} |" in page
