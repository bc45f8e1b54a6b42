"""Districts and streets: where their lines come from, how they are checked and kept."""

from geo.boundaries.load import (
    DEFAULT_SEED,
    Outlines,
    Summary,
    add_city,
    check_districts,
    check_loaded,
    check_streets,
    is_loaded,
    loaded,
    outlines,
)

__all__ = [
    "DEFAULT_SEED",
    "Outlines",
    "Summary",
    "add_city",
    "check_districts",
    "check_loaded",
    "check_streets",
    "is_loaded",
    "loaded",
    "outlines",
]
