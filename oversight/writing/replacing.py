"""Replacing all that was stated of one fact; what happened to it since stays."""

from sqlalchemy import Connection

from oversight import policy
from oversight.writing import audit, persons, rows, spans
from oversight.writing.bodies.common import IDENTITY, Body
from oversight.writing.fact import Touched, Written, believed, expected, noted, written
from oversight.writing.references import References
from oversight.writing.refusals import Conflict
from oversight.writing.resource import Draft, Knows, Resource, Values

_SENT = frozenset({"start", "end", "term_start", "term_end", "point"})
"""Fields that are stored under another name (:func:`oversight.writing.rows.columns`)."""


def replace(
    connection: Connection,
    resource: Resource,
    number: int,
    body: Body,
    knows: Knows,
    writer: audit.Writer,
) -> Written:
    """State a fact anew, by the body that enters one: what is left out is as if never stated.

    It is completed as a new one is. What the fact is about, and what only a step changes, stays
    and may be left out; so do personal data, which no answer gives back. Raises Conflict where
    such a field is another than the fact's, and else as :func:`~oversight.writing.fact.correct`.
    """
    values = {name: value for name, value in body.model_dump().items() if value is not None}
    person = values.pop("person", None)
    touched = Touched()
    known = believed(connection, resource, number)
    touched.add(connection, resource, known)
    kept = {name for name in IDENTITY | resource.fixed if name in resource.table.c}
    _refuse_others(resource, known, values, kept)
    values |= {name: known[name] for name in kept if known[name] is not None}
    found = References(connection, resource).resolve(values, known)
    touched.add(connection, resource, values)
    touched.lock(connection)
    before = expected(connection, resource, number, knows)
    draft = Draft(connection, values, found, policy.of_city(before["city_code"]))
    for complete in resource.complete:
        complete(draft)
    stated = [
        name
        for name in resource.body.model_fields
        if name not in kept and (name in resource.table.c or name in _SENT)
    ]
    changed = spans.checked({name: values.get(name) for name in stated})
    rows.change(connection, resource.table, number, changed)
    if person is not None:
        persons.keep(connection, resource, number, person, writer)
    row = noted(connection, resource, number, "correct", before, writer)
    touched.add(connection, resource, row)
    return written(connection, resource, row, touched)


def _refuse_others(resource: Resource, known: Values, values: Values, kept: set[str]) -> None:
    """Refuse what would make another fact of it."""
    for name in sorted(kept & values.keys()):
        if values[name] != known[name]:
            raise Conflict(
                f"{name} = {values[name]}: of {resource.one} {known['id']} it is {known[name]} and "
                "is not replaced; take a step, or withdraw this one and enter another",
                field=name,
            )
