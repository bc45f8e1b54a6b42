"""Which city a file is about."""

import re

from sqlalchemy import Connection, text

from geo.errors import AtlasError
from geo.imports.options import Options

ELSEWHERE = "000000"
"""The city of compounds that lie in no city that is loaded."""


def city_of(connection: Connection, options: Options) -> str | None:
    """The city's code; None only where compounds may go under the catch-all.

    Raises AtlasError where it is not known, or several are loaded and none is named.
    """
    elsewhere = options.outside == "elsewhere"
    if options.city is None and options.city_name is not None:
        raise AtlasError(
            f'--city-name "{options.city_name}" needs --city with a code of six digits'
        )
    if options.city is not None:
        return _known_city(connection, options.city, options.city_name if elsewhere else None)
    known = _cities(connection)
    if elsewhere:
        return None
    if len(known) == 1:
        return known[0]
    if not known:
        raise AtlasError("no city is loaded; `atlas boundaries add CODE` brings one")
    raise AtlasError(f"{len(known)} cities are loaded; say which one with --city CODE")


def _known_city(connection: Connection, city: str, new_name: str | None) -> str:
    if not re.fullmatch("[0-9]{6}", city):
        raise AtlasError(f'--city "{city}": a city\'s code has six digits, as 640100')
    known = _cities(connection)
    if city in known:
        return city
    if new_name is None:
        listed = f"loaded are {', '.join(known[:20])}" if known else "none is loaded"
        raise AtlasError(
            f"city {city} is not known, {listed}; `atlas boundaries add {city}` brings its "
            "boundaries; where it has none, name it with --city-name to make it"
        )
    connection.execute(
        text("INSERT INTO registry.city (code, name) VALUES (:code, :name)"),
        {"code": city, "name": new_name},
    )
    return city


def _cities(connection: Connection) -> list[str]:
    query = text("SELECT code FROM registry.city WHERE code <> :elsewhere ORDER BY code")
    return [str(code) for code in connection.scalars(query, {"elsewhere": ELSEWHERE})]
