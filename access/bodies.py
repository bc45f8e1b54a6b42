"""Companies, agencies and inspectors by what offices call them."""

from typing import Literal

from sqlalchemy import Connection, text

from geo.errors import AtlasError

Body = Literal["company", "agency", "inspector"]

NUMBERED = "id:"
"""Before the number of a row, where a code is used in several cities."""


def number_of(connection: Connection, body: Body, said: str) -> int:
    """The number of a company (credit code, GB 32100), agency (name) or inspector (code).

    ``id:12`` names the row itself; whether there is one is checked when a role is granted.

    Raises
    ------
    AtlasError
        There is none, or several cities have one.
    """
    if said.startswith(NUMBERED):
        number = said.removeprefix(NUMBERED)
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise AtlasError(f"{said}: after {NUMBERED} comes a number, as {NUMBERED}12")
        return int(number)
    found = connection.execute(text(_FIND[body]), {"said": said.strip()}).all()
    if not found:
        raise AtlasError(f"there is no {body} {said}: see that it was imported first")
    if len(found) > 1:
        rows = ", ".join(f"{NUMBERED}{row.id} ({row.city_code})" for row in found)
        raise AtlasError(f"{body} {said} is in several cities: name one of {rows}")
    return int(found[0].id)


_FIND: dict[Body, str] = {
    "company": "SELECT id, city_code FROM registry.company"
    " WHERE code = :said AND superseded_at IS NULL ORDER BY id",
    "agency": "SELECT id, city_code FROM oversight.agency"
    " WHERE name = :said AND superseded_at IS NULL ORDER BY id",
    "inspector": "SELECT id, city_code FROM planning.inspector"
    " WHERE code = :said AND superseded_at IS NULL ORDER BY id",
}
