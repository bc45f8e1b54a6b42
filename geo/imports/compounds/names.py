"""How alike two compounds' names are, by the habits of Chinese names."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

OTHER_PART = 0.7
"""Factor for names that tell two parts of one estate apart (一期 and 二期, 东区 and 西区)."""

_NOISE = re.compile(r"[\s()\[\]{}【】〔〕《》“”\"'·•・.,，、。:：;；\-_—/\\]+")
_ENDING = re.compile(r"(住宅小区|小区|住宅区|物业项目|物业服务项目|项目)$")
_NUMERALS = "零一二三四五六七八九"
_COUNTED = re.compile(r"([零一二三四五六七八九十]+)(?=[期号区村])")
_PART = re.compile(r"[0-9]+|[a-z](?=[区座苑组]|$)|[东西南北中](?=[区院苑])")


def similarity(first: Sequence[str], second: Sequence[str]) -> NDArray[np.float32]:
    """The similarity (0–1) of each name with its counterpart; arrays of one length.

    Width, case, punctuation and a closing 小区 do not count. The measure is the share of characters
    in the longest common subsequence (rapidfuzz's ratio). Where both names number their part and
    the numbers differ, it is lowered by :data:`OTHER_PART`.
    """
    plain = [plainly(name) for name in first], [plainly(name) for name in second]
    alike = process.cpdist(*plain, scorer=fuzz.ratio, dtype=np.float32, workers=-1) / 100
    parts = (_parts(name) for name in plain[0]), (_parts(name) for name in plain[1])
    others = np.array([bool(a and b and a != b) for a, b in zip(*parts, strict=True)], bool)
    return np.asarray(np.where(others, alike * OTHER_PART, alike), np.float32)


@cache
def plainly(name: str) -> str:
    """The name without what offices write differently."""
    folded = _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
    folded = _COUNTED.sub(lambda found: str(_number(found[1])), folded)
    return _ENDING.sub("", folded) or folded


@cache
def _parts(plain: str) -> tuple[str, ...]:
    return tuple(_PART.findall(plain))


def _number(numeral: str) -> int:
    """A Chinese numeral below a hundred."""
    tens, ten, units = numeral.rpartition("十")
    digits = [_NUMERALS.find(one) for one in (tens or "一", units or "零")]
    if ten and min(digits) >= 0:
        return digits[0] * 10 + digits[1]
    return int("".join(str(max(0, _NUMERALS.find(one))) for one in numeral))
