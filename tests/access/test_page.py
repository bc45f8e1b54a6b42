"""docs/access.md is what the rules give."""

from pathlib import Path

from access.page import page

PAGE = Path(__file__).parents[2] / "docs" / "access.md"


def test_the_page_is_made_from_the_rules() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `atlas users rules > docs/access.md`"
