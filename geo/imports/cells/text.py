"""Text of cells: trimmed, freed of what cannot be seen, figures as their author wrote them."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from geo.imports.cells.errors import CellError

BLANKS = frozenset(
    {"-", "--", "—", "——", "–", "/", "//", "\\", ".", "无", "空", "暂无", "未填"}
    | {"n/a", "na", "null", "none", "nil", "#null"}
)
"""What people write into a cell that has nothing to say; blank in every type but text."""

ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)

WHOLE_BELOW = 2**53
"""Above it not every whole number has a float of its own: digits were lost."""

_UNSEEN = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
_REMOVED = re.compile(f"[{_CONTROL}{_UNSEEN}]")
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_NARROW = {
    ord(wide): chr(ord(wide) - 0xFEE0)
    for wide in map(chr, range(0xFF10, 0xFF5B))
    if unicodedata.normalize("NFKC", wide).isalnum()
}
_ALL_LATIN = re.compile("[\x20-\x7e\u3000！-～]+")
_SPACES = re.compile(r"\s+")
_POWER = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2,3}")
_WANTS_CARE = re.compile(
    f"[{_CONTROL}{_UNSEEN}\r\u0085\u2028\u2029！-～]|^[\\s=#]|\\s$|^\\d(?:\\.\\d+)?[eE]", re.M
)


def all_clean(values: list[str]) -> bool:
    """Whether every text may stay as it is: told from all at once, as most columns are clean."""
    joined = "\n".join(values)
    return (
        joined.count("\n") == len(values) - 1 and all(values) and _WANTS_CARE.search(joined) is None
    )


def text(value: Any) -> str | None:
    """A text field's value; None where the cell is blank.

    Full-width letters and digits become narrow, other signs stay as they were written; formulas
    stay as text. Raises CellError for error values and for numbers that lost digits.
    """
    words = value if isinstance(value, str) else written(value)
    words = _REMOVED.sub("", _BREAKS.sub("\n", words)).strip()
    if not words:
        return None
    if words in ERRORS:
        raise CellError("cell_error")
    if _POWER.fullmatch(words):
        raise CellError("digits_lost")
    if _ALL_LATIN.fullmatch(words):
        return unicodedata.normalize("NFKC", words).strip() or None
    return words.translate(_NARROW) if _WIDE.search(words) else words


def reference(value: Any) -> str | None:
    """A number or name by which another thing is known: text on one line, single spaces."""
    words = text(value)
    if words is None or is_blank(words):
        return None
    no_formula(words)
    return _SPACES.sub(" ", words)


def plain(value: Any) -> str | None:
    """A text that is to be read as something else: NFKC, single spaces; None where it is blank.

    Raises CellError for formulas and error values.
    """
    words = value if isinstance(value, str) else written(value)
    words = unicodedata.normalize("NFKC", _REMOVED.sub("", words)).strip().removeprefix("'")
    words = _SPACES.sub(" ", words).strip()
    if not words:
        return None
    no_formula(words)
    if words in ERRORS:
        raise CellError("cell_error")
    return words


def no_formula(words: str) -> None:
    """Raises CellError where the text is a formula."""
    if words.startswith("="):
        raise CellError("formula")


def is_blank(words: str) -> bool:
    """Whether a text stands for nothing, as “—” and “暂无” do."""
    return words.lower() in BLANKS


def folded(words: str) -> str:
    """A word as it is compared: NFKC, small letters, no spaces, no quotation marks."""
    even = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"[\s“”‘’\"'《》]", "", even)


def written(value: Any) -> str:
    """How a cell's value reads: 1001.0 is 1001, a day without a time is that day."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= WHOLE_BELOW:
            raise CellError("digits_lost")
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
