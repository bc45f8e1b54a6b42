"""Unified social credit codes (统一社会信用代码), GB 32100-2015."""

import re
from typing import Any

from geo.imports.cells.errors import CellError
from geo.imports.cells.text import is_blank, plain, text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, 5.3: digits and capitals without I, O, S, V and Z."""

LENGTH = 18
_DIGITS_ONLY = range(2, 8)  # the GB/T 2260 code of the registering office
_REGISTERS = "123456789ANY"  # the first character: who registers
_MEANT = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U", "L": "1"}
_BETWEEN = re.compile(r"[\s\-–—]")


def check_character(code: str) -> str:
    """The 18th character, from the first 17: weights 3^i mod 31 (GB 32100-2015, 6)."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return ALPHABET[-total % 31]


def credit_code(value: Any) -> str | None:
    """The code in capitals; None where the cell is blank. Raises CellError with what is wrong."""
    text(value)  # a number that lost its digits says so
    words = plain(value)
    if words is None or is_blank(words):
        return None
    code = _BETWEEN.sub("", words).upper()
    if len(code) != LENGTH:
        raise CellError("credit_code_length", length=len(code))
    for place, sign in enumerate(code):
        if not _fits(place, sign):
            raise _confused(code, place)
    expected = check_character(code)
    if code[-1] != expected:
        raise CellError("credit_code_check", expected=expected)
    return code


def _fits(place: int, sign: str) -> bool:
    if place == 0:
        return sign in _REGISTERS
    return sign in ("0123456789" if place in _DIGITS_ONLY else ALPHABET)


def _confused(code: str, place: int) -> CellError:
    """What to say of a character that cannot stand there: it may be one that looks like it."""
    sign = code[place]
    meant = _MEANT.get(sign)
    hint = f"，是否为“{meant}”" if meant else ""
    hint_en = f"; is it “{meant}”?" if meant else ""
    return CellError(
        "credit_code_character", position=place + 1, character=sign, hint=hint, hint_en=hint_en
    )
