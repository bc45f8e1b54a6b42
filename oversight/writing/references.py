"""What a fact refers to: found, of one city and one compound, or refused by name and value."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, column, select
from sqlalchemy.sql import table

from oversight.writing.refusals import Refusal
from oversight.writing.resource import Resource, Values

_COMMITTEE = "registry.committee"
_REFERRED: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "compound_id": ("registry.compound", "compound", ()),
    "company_id": ("registry.company", "company", ()),
    "violation_id": (
        "oversight.violation",
        "violation",
        ("compound_id", "company_id", "type_code"),
    ),
    "committee_id": (_COMMITTEE, "committee", ("compound_id",)),
    "member_id": ("registry.member", "committee member", ("committee_id",)),
    "agency_id": ("oversight.agency", "agency", ()),
    "rating_id": ("oversight.rating", "rating", ("compound_id",)),
}
"""Columns that refer to a row by number: its table, what it is called, what else is read of it."""

_PLACES = {
    "street_code": ("registry.street", "street"),
    "community_code": ("registry.community", "community"),
}


class References:
    """The rows a fact refers to, read once each."""

    def __init__(self, connection: Connection, resource: Resource) -> None:
        """Nothing is read yet."""
        self._connection = connection
        self._resource = resource

    def resolve(
        self, values: Values, known: Mapping[str, Any] | None = None
    ) -> dict[str, Mapping[str, Any]]:
        """Find every row referred to, and put numbers where codes were sent.

        ``values`` is changed: codes become numbers, and compound and city are filled in from what
        is referred to. ``known`` is the fact as it stands, for a correction. Raises Refusal.
        """
        self._number(values, "compound")
        self._number(values, "company")
        found = {
            name: self._row(name, values[name])
            for name in _REFERRED
            if values.get(name) is not None
        }
        self._agree(values, found, known or {})
        if known is None:
            self._locate(values, found)
        else:
            self._placed(values, known.get("city_code"))
        return found

    def _number(self, values: Values, subject: str) -> None:
        """Replace ``<subject>_code`` by ``<subject>_id``."""
        code_name, id_name = f"{subject}_code", f"{subject}_id"
        code = values.pop(code_name, None)
        if code is None:
            return
        name = f"registry.{subject}"
        ids: Sequence[int] = (
            self._connection.execute(
                select(column("id"))
                .select_from(_table(name, "id", "code", "superseded_at"))
                .where(column("code") == code, column("superseded_at").is_(None))
            )
            .scalars()
            .all()
        )
        if len(ids) != 1:
            said = "there is no such" if not ids else f"{len(ids)} cities have such a"
            raise Refusal(
                f"{code_name} = {code!r}: {said} {subject}; send {id_name}", field=code_name
            )
        if values.get(id_name) not in (None, ids[0]):
            raise Refusal(
                f"{code_name} = {code!r} is {subject} {ids[0]}, not {values[id_name]}; send one "
                "of the two",
                field=code_name,
            )
        values[id_name] = ids[0]

    def _row(self, name: str, number: int) -> Mapping[str, Any]:
        where, subject, columns = _REFERRED[name]
        wanted = ("id", "city_code", *columns)
        row = (
            self._connection.execute(
                select(*(column(one) for one in wanted))
                .select_from(_table(where, *wanted, "superseded_at"))
                .where(column("id") == number, column("superseded_at").is_(None))
            )
            .mappings()
            .first()
        )
        if row is None:
            raise Refusal(f"{name} = {number}: there is no such {subject}", field=name)
        return dict(row)

    def _agree(
        self, values: Values, found: Mapping[str, Mapping[str, Any]], known: Mapping[str, Any]
    ) -> None:
        """All of one compound, one committee and one city."""
        compound = values.get("compound_id", known.get("compound_id"))
        committee = values.get("committee_id", known.get("committee_id"))
        city = known.get("city_code")
        for name, row in found.items():
            if compound is not None and row.get("compound_id", compound) != compound:
                raise Refusal(
                    f"{name} = {row['id']} belongs to compound {row['compound_id']}, not to "
                    f"{compound}",
                    field=name,
                )
            if committee is not None and row.get("committee_id", committee) != committee:
                raise Refusal(
                    f"{name} = {row['id']} sits on committee {row['committee_id']}, not on "
                    f"{committee}",
                    field=name,
                )
            compound = row.get("compound_id", compound)
            city = city or row["city_code"]
            if row["city_code"] != city:
                raise Refusal(
                    f"{name} = {row['id']} belongs to city {row['city_code']}, not to {city}",
                    field=name,
                )

    def _locate(self, values: Values, found: Mapping[str, Mapping[str, Any]]) -> None:
        """Fill in the compound and the city; refuse a fact about nothing."""
        owner = found.get("violation_id") or found.get("committee_id")
        if owner is not None and "compound_id" in self._resource.table.c:
            values.setdefault("compound_id", owner["compound_id"])
        needs = self._resource.needs
        if all(values.get(name) is None for name in needs):
            derived = "compound_id" in needs and owner is not None
            if not derived:
                raise Refusal(
                    f"{needs[0]}: a {self._resource.one} needs {' or '.join(needs)}",
                    field=needs[0],
                )
        city = next((row["city_code"] for row in found.values()), None)
        values["city_code"] = self._placed(values, city)

    def _placed(self, values: Values, city: str | None) -> str | None:
        """The city of the places named, which is that of all else."""
        for name, (where, subject) in _PLACES.items():
            if values.get(name) is None:
                continue
            place = self._connection.execute(
                select(column("city_code"))
                .select_from(_table(where, "code", "city_code"))
                .where(column("code") == values[name])
            ).scalar()
            if place is None or city not in (None, place):
                of = f" in city {city}" if place else ""
                raise Refusal(
                    f"{name} = {values[name]!r}: there is no such {subject}{of}", field=name
                )
            city = place
        return city


def _table(name: str, *columns: str) -> Any:
    schema, _, own = name.partition(".")
    return table(own, *(column(one) for one in columns), schema=schema)
