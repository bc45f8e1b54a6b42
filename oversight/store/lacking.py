"""Tells where statuses are missing or were made by another version of the policy."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from oversight.policy import of_city

_OPEN = text("""
    SELECT c.city_code, s.policy_version, count(*) AS compounds
    FROM registry.compound AS c
    LEFT JOIN oversight.status AS s ON s.compound_id = c.id AND upper_inf(s.valid)
    WHERE c.superseded_at IS NULL
    GROUP BY 1, 2
    ORDER BY 1
""")


class Lacking(NamedTuple):
    """A city, and how many of its compounds have no status by its policy of today."""

    city: str
    compounds: int


def lacking(connection: Connection) -> list[Lacking]:
    """The cities with compounds whose status is missing, or follows from another policy."""
    found: dict[str, int] = {}
    for row in connection.execute(_OPEN):
        if row.policy_version != of_city(row.city_code).version:
            found[row.city_code] = found.get(row.city_code, 0) + row.compounds
    return [Lacking(city, compounds) for city, compounds in found.items()]
