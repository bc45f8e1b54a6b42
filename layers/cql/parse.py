"""A filter as its tree: bounded before it is parsed, for the parser recurses.

Beyond about a thousand parentheses the parser of the package ``cql2`` ends the process; what is
refused here never reaches it.
"""

import json
import math
import re
from typing import Any, Literal

import cql2

from layers.cql.errors import FilterError

LONGEST = 8192
"""Bytes of a filter."""
DEEPEST = 100
"""Levels one within another."""
MOST = 500
"""Operators, functions and operands that are made of others."""

Language = Literal["cql2-text", "cql2-json"]

_TOKEN = re.compile(
    r"""'(?:[^']|'')*'|"[^"]*"|(?P<open>\()|(?P<close>\))"""
    r"""|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|<>|[-+*/%^=<>])|\S""",
    re.VERBOSE,
)
# Begun anywhere but at its first digit, a run of digits would be read from each of them.
_LONG_NUMBER = re.compile(r"(?<!\d)-?(?:\d*\.\d{8,}|\d{9,}\.\d+)(?:[eE][-+]?\d+)?")
_LITERAL = re.compile(r"""\"[^"]*\"|'(?:\\[\\']|''|\\(?![\\'])|[^'\\])*(?P<end>'|$)""")
_ESCAPED = re.compile(r"\\[\\']")
_OPERATORS = {"and", "or", "not", "like", "between", "in", "is", "div"}


def parsed(given: str, language: Language) -> Any:
    """The tree as CQL2 JSON has it. Raises FilterError."""
    if len(given.encode()) > LONGEST:
        raise FilterError(f"is longer than {LONGEST} bytes; ask for less, or in parts")
    if "\x00" in given:
        raise FilterError("holds a character with the code 0")
    if language == "cql2-text":
        given = _quotes_doubled(given)
        _bound_text(given)
        return _read(cql2.parse_text, given)
    try:
        tree = json.loads(given)
    except (ValueError, RecursionError) as error:
        said = "nests too deeply" if isinstance(error, RecursionError) else f"{error}"
        raise FilterError(f"is not JSON: {said}") from None
    _bound_tree(tree)
    return _read(cql2.parse_json, given)


def _read(parse: Any, given: str) -> Any:
    try:
        tree = parse(given).to_json()
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise FilterError(f"is no CQL2: {said[:300]}") from None
    _bound_tree(tree)
    written = _long_numbers(given)
    return _as_written(tree, written) if written else tree


def _long_numbers(given: str) -> dict[float, float]:
    """What the parser may make of long numbers, whose last bit it can miss, and what was written.

    Without this a shape taken from an answer would not equal itself.
    """
    exact = {float(word) for word in _LONG_NUMBER.findall(given)}
    missed = {
        math.nextafter(number, side): number for number in exact for side in (-math.inf, math.inf)
    }
    return {made: number for made, number in missed.items() if made not in exact}


def _as_written(node: Any, written: dict[float, float]) -> Any:
    """The tree with its long numbers as they were written."""
    if isinstance(node, dict):
        return {name: _as_written(one, written) for name, one in node.items()}
    if isinstance(node, list):
        return [_as_written(one, written) for one in node]
    return written.get(node, node) if isinstance(node, float) else node


def _quotes_doubled(given: str) -> str:
    """A quotation mark may stand after a backslash too, which the parser does not know.

    Two backslashes are two, whatever follows; one before the last quotation mark of all is one.
    """
    return _LITERAL.sub(
        lambda found: _ESCAPED.sub(_quote_doubled, found[0]) if found["end"] == "'" else found[0],
        given,
    )


def _quote_doubled(escaped: re.Match[str]) -> str:
    return "''" if escaped[0] == "\\'" else escaped[0]


def _bound_text(given: str) -> None:
    """Refuse what nests or combines too much, without recursion."""
    depth = prefixes = operators = 0
    for token in _TOKEN.finditer(given):
        word = (token["word"] or "").lower()
        sign = token["sign"]
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        # Each NOT or sign before an operand is a level of its own.
        prefixes = prefixes + 1 if word == "not" or sign in {"-", "+"} else 0
        operators += bool(sign or token["open"] or word in _OPERATORS)
        _refuse_beyond(depth + prefixes, operators)


def _bound_tree(tree: Any) -> None:
    waiting, operators = [(tree, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, dict):
            if "coordinates" in node or "geometries" in node:
                continue  # bounded by the length of the whole
            operators += "op" in node
            waiting += [(one, depth + 1) for one in node.values()]
        elif isinstance(node, list):
            waiting += [(one, depth) for one in node]
        _refuse_beyond(depth, operators)


def _refuse_beyond(depth: int, operators: int) -> None:
    if depth > DEEPEST:
        raise FilterError(f"nests more than {DEEPEST} levels; write it flatter")
    if operators > MOST:
        raise FilterError(f"combines more than {MOST} operators; use IN, or ask in parts")
