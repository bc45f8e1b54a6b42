"""The life of a fact as explicit states and the steps between them (T3, T13, T14).

States follow from the dates of the row; a step says from which states it may be taken, what it
needs, and which columns it changes. Nothing here reads or writes a database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geo.errors import AtlasError

type Row = Mapping[str, Any]


class IllegalStep(AtlasError):  # noqa: N818 - what happened, in the words of the field
    """The state of the fact does not allow the step."""


class BadStep(AtlasError):  # noqa: N818
    """A field of the step is missing, or its day does not fit."""


@dataclass(frozen=True)
class Change:
    """What a step changes: columns of the fact, and rows to be added in other tables."""

    updates: Mapping[str, Any]
    extra: tuple[tuple[str, dict[str, Any]], ...] = ()


@dataclass(frozen=True)
class Step:
    """A step: the states it may be taken from, the state after it, what it needs and changes.

    ``sets`` names the column that holds the day of the step; ``takes`` the fields that are written
    as they are given; ``change`` does what is more than that.
    """

    sources: tuple[str, ...]
    target: str
    sets: str | None = None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    change: Callable[[Row, Row], Change] | None = None


@dataclass(frozen=True)
class Machine:
    """A kind of fact: its states by the column that tells them, strongest first; its steps.

    ``begins`` holds the day it starts with, ``first`` is the state before anything happened.
    """

    begins: str
    first: str
    states: tuple[tuple[str, str], ...]
    steps: Mapping[str, Step] = field(default_factory=dict)


def state(kind: str, row: Row) -> str:
    """The state a fact is in, whatever the day: the one its last step brought it to."""
    machine = MACHINES[kind]
    for column, name in machine.states:
        if row.get(column) is not None:
            return str(row[column]) if name == "=" else name
    return machine.first


def step_names(kind: str, state: str) -> tuple[str, ...]:
    """The steps a state allows."""
    return tuple(name for name, one in MACHINES[kind].steps.items() if state in one.sources)


def step(kind: str, row: Row, name: str, given: Row) -> Change:
    """What a step changes; ``given`` holds its day ``on`` and what else it needs.

    Raises IllegalStep naming the state and the steps it allows; BadStep where a field is missing,
    the day lies before what happened last, or a deadline is not later than the one before.
    """
    machine, now = MACHINES[kind], state(kind, row)
    if name not in machine.steps:
        raise IllegalStep(f"{name!r} is no step here; there are {', '.join(machine.steps)}")
    one = machine.steps[name]
    if now not in one.sources:
        allowed = step_names(kind, now)
        raise IllegalStep(
            f"{name!r} cannot follow the state {now!r}; "
            + (f"it allows {', '.join(allowed)}" if allowed else "it is final")
        )
    for needed in ("on", *one.needs):
        if given.get(needed) in (None, ""):
            raise BadStep(f"{needed}: the step {name!r} needs it")
    _check_day(machine, row, given["on"], name)
    taken = {column: given[column] for column in one.takes if given.get(column) is not None}
    if one.change is not None:
        change = one.change(row, given)
        return Change({**taken, **change.updates}, change.extra)
    return Change({**taken, **({one.sets: given["on"]} if one.sets else {})})


def _check_day(machine: Machine, row: Row, on: date, name: str) -> None:
    """A step is not taken before what the fact began with, or what happened to it last."""
    happened = {
        column: row[column]
        for column in (machine.begins, *(column for column, _ in machine.states))
        if isinstance(row.get(column), date)
    }
    for column, day in happened.items():
        if on < day:
            raise BadStep(f"on = {on}: the step {name!r} cannot be before {column} = {day}")


def _extended(table: str, owner: str) -> Callable[[Row, Row], Change]:
    def change(row: Row, given: Row) -> Change:
        due_on = _deadline(row)
        if given["due_on"] <= given["on"] or (due_on is not None and given["due_on"] <= due_on):
            before = (
                f"the present one, {due_on}" if due_on else f"the day of the step, {given['on']}"
            )
            raise BadStep(f"due_on = {given['due_on']}: a new deadline must be later than {before}")
        extension = {
            owner: row["id"],
            "granted_on": given["on"],
            "due_on": given["due_on"],
            "reason": given["reason"],
        }
        return Change({}, ((table, extension),))

    return change


def _order_reopened(row: Row, given: Row) -> Change:
    """What had ended the order moves into a row beside it, with the new deadline."""
    if given["due_on"] < given["on"]:
        raise BadStep(f"due_on = {given['due_on']}: the new deadline lies before {given['on']}")
    reopening = {
        "order_id": row["id"],
        "reopened_on": given["on"],
        "due_on": given["due_on"],
        "done_on": row["done_on"],
        "accepted_on": row.get("accepted_on"),
        "reason": given["reason"],
    }
    return Change(
        {"done_on": None, "accepted_on": None}, (("oversight.order_reopening", reopening),)
    )


def _referral_reopened(row: Row, given: Row) -> Change:
    reopening = {
        "referral_id": row["id"],
        "reopened_on": given["on"],
        "due_on": given.get("due_on"),
        "answered_on": row["answered_on"],
        "outcome": row.get("outcome"),
        "answer": row.get("answer"),
        "reason": given["reason"],
    }
    if given.get("due_on") is not None and given["due_on"] < given["on"]:
        raise BadStep(f"due_on = {given['due_on']}: the new deadline lies before {given['on']}")
    cleared = {"answered_on": None, "outcome": None, "answer": None}
    return Change(cleared, (("oversight.referral_reopening", reopening),))


def _referral_answered(_row: Row, given: Row) -> Change:
    return Change({"answered_on": given["on"], "outcome": given["outcome"]})


def _referral_returned(_row: Row, given: Row) -> Change:
    return Change({"answered_on": given["on"], "outcome": "returned", "answer": given["reason"]})


def _lead_decided(_row: Row, given: Row) -> Change:
    proven = given["outcome"] == "proven"
    if proven != (given.get("violation_id") is not None):
        raise BadStep("violation_id: a proven lead names its violation, another names none")
    return Change(
        {
            "decided_on": given["on"],
            "outcome": given["outcome"],
            "violation_id": given.get("violation_id"),
        }
    )


def _deadline(row: Row) -> date | None:
    """The deadline that holds now: the row may tell it with all extensions (``deadline``)."""
    found: date | None = row.get("deadline") or row.get("due_on")
    return found


_ORDER = Machine(
    begins="issued_on",
    first="issued",
    states=(("withdrawn_on", "withdrawn"), ("accepted_on", "accepted"), ("done_on", "done")),
    steps={
        "extend": Step(
            ("issued",),
            "issued",
            needs=("due_on", "reason"),
            change=_extended("oversight.order_extension", "order_id"),
        ),
        "report_done": Step(("issued",), "done", sets="done_on"),
        "accept": Step(("done",), "accepted", sets="accepted_on"),
        "reopen": Step(
            ("done", "accepted"), "issued", needs=("due_on", "reason"), change=_order_reopened
        ),
        "withdraw": Step(
            ("issued",), "withdrawn", sets="withdrawn_on", needs=("reason",), takes=("reason",)
        ),
    },
)
_REFERRAL = Machine(
    begins="sent_on",
    first="sent",
    states=(
        ("withdrawn_on", "withdrawn"),
        ("answered_on", "answered"),
        ("received_on", "received"),
    ),
    steps={
        "receive": Step(("sent",), "received", sets="received_on"),
        "answer": Step(
            ("sent", "received"),
            "answered",
            needs=("outcome",),
            takes=("answer",),
            change=_referral_answered,
        ),
        "return": Step(
            ("sent", "received"), "answered", needs=("reason",), change=_referral_returned
        ),
        "extend": Step(
            ("sent", "received"),
            "sent",
            needs=("due_on", "reason"),
            change=_extended("oversight.referral_extension", "referral_id"),
        ),
        "reopen": Step(("answered",), "sent", needs=("reason",), change=_referral_reopened),
        "withdraw": Step(
            ("sent", "received"),
            "withdrawn",
            sets="withdrawn_on",
            needs=("reason",),
            takes=("reason",),
        ),
    },
)
_VIOLATION = Machine(
    begins="found_on",
    first="found",
    states=(
        ("revoked_on", "revoked"),
        ("closed_on", "closed"),
        ("appealed_on", "appealed"),
        ("confirmed_on", "confirmed"),
    ),
    steps={
        "confirm": Step(("found",), "confirmed", sets="confirmed_on"),
        "appeal": Step(("confirmed",), "appealed", sets="appealed_on"),
        "close": Step(("confirmed", "appealed"), "closed", sets="closed_on"),
        "revoke": Step(("confirmed", "appealed", "closed"), "revoked", sets="revoked_on"),
    },
)
_LEAD = Machine(
    begins="reported_on",
    first="open",
    states=(("outcome", "="),),
    steps={
        "decide": Step(
            ("open",), "proven, unproven or passed_on", needs=("outcome",), change=_lead_decided
        )
    },
)
_MEASURE = Machine(
    begins="due_on",
    first="due",
    states=(("withdrawn_on", "withdrawn"), ("done_on", "done"), ("decided_on", "decided")),
    steps={
        "decide": Step(
            ("due",),
            "decided",
            sets="decided_on",
            needs=("authority", "document"),
            takes=("authority", "document", "ends_on"),
        ),
        "done": Step(("decided",), "done", sets="done_on"),
        "withdraw": Step(
            ("due", "decided"),
            "withdrawn",
            sets="withdrawn_on",
            needs=("reason",),
            takes=("reason",),
        ),
    },
)
_EXIT_CASE = Machine(
    begins="opened_on",
    first="opened",
    states=(("withdrawn_on", "withdrawn"), ("closed_on", "closed"), ("decided_on", "decided")),
    steps={
        "decide": Step(("opened",), "decided", sets="decided_on"),
        "close": Step(("decided",), "closed", sets="closed_on"),
        "withdraw": Step(
            ("opened", "decided"),
            "withdrawn",
            sets="withdrawn_on",
            needs=("reason",),
            takes=("reason",),
        ),
    },
)

MACHINES: dict[str, Machine] = {
    "order": _ORDER,
    "referral": _REFERRAL,
    "violation": _VIOLATION,
    "lead": _LEAD,
    "measure": _MEASURE,
    "exit_case": _EXIT_CASE,
    "complaint": Machine(
        begins="received_on",
        first="open",
        states=(("closed_on", "closed"),),
        steps={"close": Step(("open",), "closed", sets="closed_on", takes=("upheld",))},
    ),
    "hazard": Machine(
        begins="found_on",
        first="open",
        states=(("cleared_on", "cleared"),),
        steps={"clear": Step(("open",), "cleared", sets="cleared_on")},
    ),
    "plaque": Machine(
        begins="issued_on",
        first="issued",
        states=(("withdrawn_on", "withdrawn"),),
        steps={"withdraw": Step(("issued",), "withdrawn", sets="withdrawn_on")},
    ),
    "notice": Machine(
        begins="posted_on",
        first="posted",
        states=(("removed_on", "removed"),),
        steps={"remove": Step(("posted",), "removed", sets="removed_on")},
    ),
}
"""Every kind of fact that has a life cycle, by its name."""
