"""Which requirement of which standard a test shows."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

SPEC = "http://www.opengis.net/spec"


def of(standard: str) -> Callable[[str], pytest.MarkDecorator]:
    """Marks tests of one standard, as ``ogcapi-features-1/1.0``, with a requirement's path."""
    return lambda path: pytest.mark.requirement(f"{SPEC}/{standard}{path}")


def shown_by(function: Any) -> Iterator[str]:
    """The requirements that a test function is marked with, its cases too."""
    for mark in getattr(function, "pytestmark", ()):
        if mark.name == "requirement":
            yield mark.args[0]
        if mark.name == "parametrize":
            for case in mark.args[1]:
                yield from (one.args[0] for one in getattr(case, "marks", ()))
