"""Entering, correcting and moving on one fact, with what follows from it, in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from geo.errors import AtlasError
from geo.models.base import Base
from geo.models.self_government import Committee
from oversight import lifecycle, policy
from oversight.store.locks import lock
from oversight.store.refresh import Changes, refresh
from oversight.writing import audit, persons, rows, spans
from oversight.writing.bodies.breaches import LeadDecided
from oversight.writing.bodies.common import Body, StepBody
from oversight.writing.references import References
from oversight.writing.refusals import Conflict, Refusal, Stale, Unknown
from oversight.writing.resource import Draft, Found, Knows, Resource, Values
from oversight.writing.resources import VIOLATIONS


@dataclass(frozen=True)
class Written:
    """A fact as it is answered, others entered with it, and what became of the statuses.

    ``digest`` is that of its state; a fact that was withdrawn has none any more.
    """

    fact: dict[str, Any]
    digest: bytes | None
    also: tuple[dict[str, Any], ...] = ()
    changes: Changes = field(default_factory=Changes)


@dataclass
class Touched:
    """The compounds and companies a fact is about."""

    compounds: set[int] = field(default_factory=set)
    companies: set[int] = field(default_factory=set)

    def add(self, connection: Connection, resource: Resource, row: Mapping[str, Any]) -> None:
        """Add the compound and, where something follows for it, the company of a fact."""
        compound = row.get("compound_id")
        of_committee = compound is None and "compound_id" not in resource.table.c
        if of_committee and row.get("committee_id"):
            compound = connection.execute(
                select(Committee.compound_id).where(Committee.id == row["committee_id"])
            ).scalar()
        if compound is not None:
            self.compounds.add(compound)
        if resource.companies and row.get("company_id") is not None:
            self.companies.add(row["company_id"])

    def lock(self, connection: Connection) -> None:
        """Keep others from writing about them until the transaction ends."""
        lock(connection, compounds=sorted(self.compounds), companies=sorted(self.companies))


def read(connection: Connection, resource: Resource, number: int) -> Written:
    """The fact as it stands, without persons; raises Unknown."""
    row = believed(connection, resource, number)
    return Written(*_shown(resource, row))


def enter(connection: Connection, resource: Resource, body: Body, writer: audit.Writer) -> Written:
    """Enter a new fact; what was left out is completed from the policy and other facts.

    Raises Refusal or Conflict, naming the field, its value and the way out.
    """
    values = {name: value for name, value in body.model_dump().items() if value is not None}
    found = References(connection, resource).resolve(values)
    touched = Touched()
    touched.add(connection, resource, values)
    touched.lock(connection)
    number = _insert(connection, resource, values, found, writer)
    row = believed(connection, resource, number)
    touched.add(connection, resource, row)
    return written(connection, resource, row, touched)


def correct(
    connection: Connection,
    resource: Resource,
    number: int,
    body: Body,
    knows: Knows,
    writer: audit.Writer,
) -> Written:
    """Replace what was stated of a fact; what was believed before is set aside.

    ``knows``: whether the writer knows a state; raises Stale where it is in none of those.
    """
    values = body.given()
    touched = Touched()
    touched.add(connection, resource, believed(connection, resource, number))
    References(connection, resource).resolve(values, believed(connection, resource, number))
    touched.add(connection, resource, values)
    touched.lock(connection)
    before = expected(connection, resource, number, knows)
    if not body.model_fields_set:
        raise Refusal(f"nothing to correct: send the fields of the {resource.one} that change")
    person = values.pop("person", None)
    _check_types(connection, resource, values, before)
    changed = spans.checked(rows.with_spans(resource.table, before, values))
    rows.change(connection, resource.table, number, changed)
    if "person" in body.model_fields_set:
        persons.keep(connection, resource, number, person, writer)
    row = noted(connection, resource, number, "correct", before, writer)
    return written(connection, resource, row, touched)


def advance(
    connection: Connection,
    resource: Resource,
    number: int,
    body: StepBody,
    knows: Knows,
    writer: audit.Writer,
) -> Written:
    """Move a fact on by a step of its life cycle.

    Raises Conflict where its state does not allow the step, Refusal where a field of the step is
    missing or too early, and Stale as :func:`correct` does. Nothing changes then.
    """
    given = {name: value for name, value in body.model_dump().items() if value is not None}
    touched = Touched()
    known = believed(connection, resource, number)
    touched.add(connection, resource, known)
    proven = _proven(connection, body, known)
    if proven is not None:
        touched.add(connection, VIOLATIONS, proven[0])
    touched.lock(connection)
    before = expected(connection, resource, number, knows)
    also = []
    if proven is not None:
        # The step is tried first, so that a lead that may not be decided makes no violation.
        _stepped(resource, before, {**given, "violation_id": 0})
        violation = _insert(connection, VIOLATIONS, *proven, writer)
        given = {**given, "violation_id": violation}
        entered = _known(rows.read(connection, VIOLATIONS, violation), VIOLATIONS, violation)
        touched.add(connection, VIOLATIONS, entered)
        also.append({"resource": VIOLATIONS.name, "fact": _shown(VIOLATIONS, entered)[0]})
    _move(connection, resource, before, given)
    row = noted(
        connection, resource, number, given["step"], before, writer, reason=given.get("reason")
    )
    return written(connection, resource, row, touched, also)


def _move(connection: Connection, resource: Resource, before: Values, given: Values) -> None:
    """Write what a step changes: columns of the fact, and rows beside it."""
    number = before["id"]
    if resource.machine is None:
        rows.change(connection, resource.table, number, spans.ended(before, given))
        return
    change = _stepped(resource, before, given)
    if change.updates:
        rows.change(connection, resource.table, number, dict(change.updates))
    for name, values in change.extra:
        table = Base.metadata.tables[name]
        made = {"city_code": before["city_code"], **values}
        connection.execute(insert(table).values(made))


def _stepped(resource: Resource, before: Values, given: Values) -> lifecycle.Change:
    """What a step of the life cycle changes; refusals name the state and what it allows."""
    assert resource.machine is not None  # noqa: S101 - told to mypy
    rest = {name: value for name, value in given.items() if name not in {"step", "violation"}}
    for day, what in _taken(before):
        if given["on"] < day:
            raise Refusal(
                f"on = {given['on']}: the step cannot be before {what} = {day}", field="on"
            )
    try:
        row = {**before, "deadline": _deadline(before)}
        return lifecycle.step(resource.machine, row, given["step"], rest)
    except lifecycle.IllegalStep as error:
        raise Conflict(str(error), field="step") from None
    except AtlasError as error:
        raise Refusal(str(error)) from None


def _taken(row: Values) -> list[tuple[date, str]]:
    """The days on which its deadline was extended or it was reopened, with the column's name."""
    return [
        (one[column], column)
        for name, column in (("extensions", "granted_on"), ("reopenings", "reopened_on"))
        for one in row.get(name, ())
    ]


def _deadline(row: Values) -> date | None:
    """The deadline that holds now: the last reopening's, else the first, and what extended it."""
    again = row.get("reopenings") or ()
    since = again[-1]["reopened_on"] if again else date.min
    first = (again[-1]["due_on"] if again else None) or row.get("due_on")
    later = (one["due_on"] for one in row.get("extensions", ()) if one["granted_on"] >= since)
    return max((day for day in (first, *later) if day is not None), default=None)


def _proven(connection: Connection, body: StepBody, lead: Values) -> tuple[Values, Found] | None:
    """The violation that a lead turned out to be, ready to be entered; None where it is none."""
    if not isinstance(body, LeadDecided):
        return None
    if body.violation is None:
        if body.violation_id is not None:
            known = {"compound_id": lead["compound_id"], "city_code": lead["city_code"]}
            References(connection, VIOLATIONS).resolve({"violation_id": body.violation_id}, known)
        return None
    if body.violation_id is not None or body.outcome != "proven":
        raise Refusal(
            "violation: only a proven lead becomes one, and violation_id names one that is entered"
            " already; send one of the two",
            field="violation",
        )
    stated = {
        "compound_id": lead["compound_id"],
        "type_code": lead["type_code"],
        "found_on": lead["reported_on"],
        "confirmed_on": body.on,
        "evidence": lead["statement"],
    }
    values = {
        name: value
        for name, value in {**stated, **body.violation.given()}.items()
        if value is not None
    }
    if "type_code" not in values:
        raise Refusal(
            "violation.type_code: the lead names no type; send one", field="violation.type_code"
        )
    return values, References(connection, VIOLATIONS).resolve(values)


def _insert(
    connection: Connection,
    resource: Resource,
    values: Values,
    found: Found,
    writer: audit.Writer,
) -> int:
    """Complete and insert a fact whose compounds and companies are locked."""
    person = values.pop("person", None)
    draft = Draft(connection, values, found, policy.of_city(values["city_code"]))
    for complete in resource.complete:
        complete(draft)
    spans.checked(values)
    spans.follow(connection, resource, values, writer)
    number = rows.enter(connection, resource.table, values)
    if person is not None:
        persons.keep(connection, resource, number, person, writer)
    noted(connection, resource, number, "enter", None, writer)
    return number


def _check_types(
    connection: Connection, resource: Resource, values: Values, before: Values
) -> None:
    """Refuse a corrected type of violation that the policy does not know."""
    code = values.get("type_code")
    if code is not None and code not in policy.of_city(before["city_code"]).types:
        raise Refusal(
            f"type_code = {code!r}: the policy has no such type of violation", field="type_code"
        )


def believed(connection: Connection, resource: Resource, number: int) -> Values:
    """The fact by column as it is believed; raises Unknown."""
    return _known(rows.read(connection, resource, number), resource, number)


def _known(row: Values | None, resource: Resource, number: int) -> Values:
    if row is None:
        raise Unknown(f"there is no {resource.one} {number}")
    return row


def expected(connection: Connection, resource: Resource, number: int, knows: Knows) -> Values:
    """The row, kept from others, in a state that the writer knows; raises Stale."""
    row = _known(rows.read(connection, resource, number, lock=True), resource, number)
    digest = rows.digest(rows.told(row))
    if not knows(digest):
        raise Stale(
            f"{resource.one} {number} was changed since it was read; read it again, and repeat "
            "with the ETag it bears now as If-Match",
            digest=digest,
        )
    return row


def noted(
    connection: Connection,
    resource: Resource,
    number: int,
    action: str,
    before: Values | None,
    writer: audit.Writer,
    *,
    reason: str | None = None,
) -> Values:
    """Tell the audit what became of the fact; the row as it now stands."""
    row = believed(connection, resource, number)
    audit.note(
        connection,
        writer,
        action,
        resource.full_name,
        number,
        before=None if before is None else rows.told(before),
        after=rows.told(row),
        reason=reason,
    )
    return row


def _shown(resource: Resource, row: Values) -> tuple[dict[str, Any], bytes]:
    """The fact as it is answered, with its state and the steps it allows; the state's digest."""
    shown = rows.told(row)
    digest = rows.digest(shown)
    if resource.machine is not None:
        state = lifecycle.state(resource.machine, row)
        shown["state"] = state
        shown["steps"] = list(lifecycle.step_names(resource.machine, state))
    return shown, digest


def written(
    connection: Connection,
    resource: Resource,
    row: Values,
    touched: Touched,
    also: Collection[dict[str, Any]] = (),
) -> Written:
    """The fact as it is answered, once the statuses of what it touches are rewritten."""
    changes = refresh(connection, compounds=touched.compounds, companies=touched.companies)
    return Written(*_shown(resource, row), tuple(also), changes)
