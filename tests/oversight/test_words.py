"""Every code has its words, in both languages."""

import re
from pathlib import Path

import pytest

import oversight
from geo.models import codes
from oversight import words
from oversight.rules.gaps import GAPS
from oversight.status import FactRef, Reason
from tests.oversight.making import day

RULES = Path(oversight.__file__).parent / "rules"


def test_every_reason_that_a_rule_gives_has_a_sentence() -> None:
    given = {
        code
        for file in RULES.glob("*.py")
        for code in re.findall(r'Reason\(\s*"(\w+)"', file.read_text("utf-8"))
    }
    assert len(given) > 12
    assert given <= words.SENTENCES.keys()


@pytest.mark.parametrize("code", words.SENTENCES)
def test_a_sentence_says_what_it_rests_on(code: str) -> None:
    detail = {"company_measure_due": "blacklist", "entry_measure_due": "blacklist"}.get(code, "2")
    reason = Reason(code, "T3", (FactRef("violation", 7, day("2024-03-01")),), None, detail)
    for lang, zh in (("zh", True), ("en", False)):
        said = words.sentence(reason, "zh" if zh else "en")
        assert "{" not in said
        if "{facts}" in words.SENTENCES[code][0 if zh else 1]:
            assert "2024-03-01" in said, lang


def test_a_sentence_without_facts_ends_cleanly() -> None:
    said = words.sentence(Reason("exit_third_rung", "T3", (), None, "2024-03-01"))
    assert said == "累计违反三条及以上，自2024-03-01起应依法清退"


def test_measures_duties_bodies_and_gaps_have_names() -> None:
    for code in (
        *codes.MEASURE_KINDS,
        *codes.INSPECTION_REASONS,
        *codes.SELF_GOVERNMENT_STATUSES,
        *codes.EXIT_GROUNDS,
        *GAPS,
    ):
        assert words.name(code) != code
        assert words.name(code, "en") != words.name(code)
