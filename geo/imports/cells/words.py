"""Words of fixed meaning: yes and no, codes of a list, stars."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from geo.imports.cells.errors import CellError
from geo.imports.cells.text import folded, is_blank, plain

YES = ("是", "有", "对", "真", "已", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "✅")
NO = (
    *("否", "无", "没有", "非", "假", "未", "不是", "n", "no", "false", "f", "0"),
    *("×", "x", "✗", "✘", "❌", "☒"),
)

UNRATED = frozenset({"未评", "未评定", "未参评", "未定级", "未评级", "不参评", "unrated"})
SUBSTANDARD = frozenset({"不达标", "未达标", "不合格", "不达标准", "不达标小区", "substandard"})

_STAR_SIGNS = re.compile(r"(?P<full>[★⭐🌟]+)(?P<hollow>[☆]*)")
_STARS = re.compile(r"([0-5〇零一二两三四五])(?:\.0+)?(?:颗)?(?:星级|星|stars?)?(?:小区)?")
_FIGURES = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_SHOWN = 12


def boolean(codes: Mapping[str, list[str]]) -> Callable[[Any], bool | None]:
    """The reader of yes and no; ``codes`` gives further words for ``true`` and ``false``."""
    meaning = dict.fromkeys(map(folded, NO), False) | dict.fromkeys(map(folded, YES), True)
    for code, words in codes.items():
        meaning |= dict.fromkeys(map(folded, words), code == "true")

    def read(value: Any) -> bool | None:
        if isinstance(value, bool):
            return value
        words = plain(value)
        if words is None:
            return None
        found = meaning.get(folded(words))
        if found is None and not is_blank(words):
            raise CellError("not_yes_or_no")
        return found

    return read


def code(codes: Mapping[str, list[str]]) -> Callable[[Any], str | None]:
    """The reader of codes: given by the code itself or by one of its words."""
    meaning = {folded(word): name for name, words in codes.items() for word in (name, *words)}
    meaning |= {folded(name.replace("_", " ")): name for name in codes}
    shown = list(codes.items())[:_SHOWN]
    allowed = "、".join(words[0] if words else name for name, words in shown)
    allowed_en = ", ".join(name for name, _words in shown)

    def read(value: Any) -> str | None:
        words = plain(value)
        if words is None:
            return None
        found = meaning.get(folded(words))
        if found is None and not is_blank(words):
            raise CellError("not_in_list", allowed=allowed, allowed_en=allowed_en)
        return found

    return read


def star(value: Any) -> int | None:
    """1–5, or 0 for 不达标; None where the compound was not rated. Raises CellError."""
    if isinstance(value, bool):
        raise CellError("not_a_star")
    words = plain(value)
    if words is None:
        return None
    even = folded(words)
    if even in UNRATED or is_blank(words):
        return None
    if even in SUBSTANDARD:
        return 0
    if found := _STAR_SIGNS.fullmatch(even):
        full, hollow = len(found["full"]), len(found["hollow"])
        if full <= 5 and (not hollow or full + hollow == 5):
            return full
    elif found := _STARS.fullmatch(even):
        return int(_FIGURES.get(found[1], found[1]))
    raise CellError("not_a_star")
