"""Problems of an import in words, Chinese and English."""

import string
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from geo.imports.escapes import clean
from geo.imports.problems import REASONS, Problem
from geo.imports.profile import Profile
from geo.imports.workbook import DECISION, as_text

SHOWN = 80
"""Characters of the row's own value that a sentence quotes."""

LISTED = 240
"""Characters of anything else it names: choices, candidates."""

_TITLES = {"geom": ("图形", "shape"), "decision": (DECISION, "decision")}


def sentences(problem: Problem, profile: Profile) -> tuple[str, str]:
    """A problem in Chinese and in English.

    Values are quoted to 80 characters; what a sentence asks for and nobody gave is shown as “?”.
    """
    reason = REASONS[problem.code]
    titles = _TITLES | {one.name: (one.title, one.title_en) for one in profile.fields}
    zh, en = titles.get(problem.field or "", (problem.field or "", problem.field or ""))
    given = {"value": problem.value} | dict(problem.given)
    return _filled(reason.zh, given | {"title": zh}, "、"), _filled(
        reason.en, given | {"title": en}, ", "
    )


class _Sentence(string.Formatter):
    """Fills a sentence and never fails: a report with a gap is worth more than none."""

    def get_value(self, key: int | str, _args: Sequence[Any], given: Mapping[str, Any]) -> Any:
        return given.get(str(key))

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return "?"
        if isinstance(value, float) and not format_spec:
            format_spec = ".10g"
        try:
            return format(value, format_spec)
        except (ValueError, TypeError):
            return str(value)


def _filled(template: str, given: Mapping[str, Any], between: str) -> str:
    quoted = {
        name: _quoted(value, between, SHOWN if name == "value" else LISTED)
        for name, value in given.items()
    }
    return _Sentence().vformat(template, (), quoted)


def _quoted(value: Any, between: str, most: int) -> Any:
    """A value as a sentence shows it; figures stay figures, for the sentence may round them."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return _short(between.join(str(_quoted(one, between, most)) for one in value), most)
    if isinstance(value, date):
        return as_text(value)
    return _short(str(value), most)


def _short(words: str, most: int) -> str:
    one_line = " ".join(clean(words).split())
    return one_line if len(one_line) <= most else f"{one_line[: most - 1]}…"
