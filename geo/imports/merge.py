"""Brings rows and recorded facts together, and writes what comes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, null, select, text, update

from geo import history
from geo.imports import rules
from geo.imports.draft import Draft
from geo.imports.staged import Written

_BEFORE, _AUDIT = (
    Path(__file__).with_name(f"merge_{name}.sql").read_text("utf-8") for name in ("before", "audit")
)

_SHIFT = """
    UPDATE {table} AS recorded
    SET valid = daterange(shifted.valid_from, shifted.valid_until),
        recorded_at = now(),
        superseded_at = NULL{also}
    FROM shifted
    WHERE shifted.id = recorded.id
"""

Settle = Callable[[Draft], dict[str, int]]
"""Puts facts that hold over days one after the other; returns what it did, counted by code."""


def merge(draft: Draft, settle: Settle) -> dict[str, int]:
    """Write what the staged rows say; ``draft`` tells afterwards what became of each row.

    ``settle`` is asked where the facts hold over days. Returns what it counted.
    """
    draft.connection.execute(text(f"ANALYZE {draft.plan.source}"))
    draft.take_in()
    draft.recognise()
    draft.compose()
    if draft.plan.profile.history != "entity" and not draft.writing.correct:
        draft.refuse_contradictions()
    rules.refuse_broken(draft)
    lasting = "valid" in draft.plan.spans
    noted = settle(draft) if lasting else {}
    draft.mark_changed()
    _set_aside(draft, lasting)
    _update(draft)
    if lasting:
        _shift(draft)
    _insert(draft)
    _audit_corrections(draft)
    return noted


def written(draft: Draft, noted: dict[str, int]) -> Written:
    """What became of the rows."""
    facts = draft.facts
    became = select(
        func.count().filter(facts.c.is_new),
        func.count().filter(facts.c.changed),
        func.count().filter(~facts.c.is_new, ~facts.c.changed),
    )
    touched = select(facts.c.id).where(facts.c.is_new | facts.c.changed).order_by(facts.c.id)
    new, updated, unchanged = draft.connection.execute(became).one()
    return Written(new, updated, unchanged, noted, list(draft.connection.scalars(touched)))


def _set_aside(draft: Draft, lasting: bool) -> None:
    """Keep what was believed so far.

    What holds over days is not believed for a moment, so that facts may change places.
    """
    table = draft.plan.profile.table
    shifted = "UNION SELECT id FROM shifted" if lasting else ""
    draft.connection.execute(text(_BEFORE.format(table=table, shifted=shifted)))
    history.set_aside_listed(draft.connection, table, "changing")
    if lasting:
        known = draft.plan.known
        listed = text("id IN (SELECT id FROM changing)")
        draft.connection.execute(update(known).where(listed).values(superseded_at=func.now()))


def _update(draft: Draft) -> None:
    known, facts = draft.plan.known, draft.facts
    draft.connection.execute(
        update(known)
        .where(known.c.id == facts.c.id, facts.c.changed)
        .values({known.c[name]: value for name, value in _values(draft).items()} | _now(draft))
    )


def _shift(draft: Draft) -> None:
    """Give recorded facts the days that the file's leave them."""
    names = {"table": draft.plan.profile.table, "also": ""}
    if "end_reason" in draft.plan.by_name:
        names["also"] = ", end_reason = coalesce(recorded.end_reason, shifted.end_reason)"
    draft.connection.execute(text(_SHIFT.format(**names)))


def _insert(draft: Draft) -> None:
    known, facts = draft.plan.known, draft.facts
    values: dict[str, ColumnElement[Any]] = {
        "id": facts.c.id,
        "city_code": literal(draft.writing.city),
        "import_id": literal(draft.writing.import_id),
        **_values(draft),
    }
    new = select(*values.values()).where(facts.c.is_new)
    draft.connection.execute(insert(known).from_select(list(values), new))


def _values(draft: Draft) -> dict[str, ColumnElement[Any]]:
    """The table's columns as the draft has them."""
    plan, facts = draft.plan, draft.facts
    values: dict[str, ColumnElement[Any]] = {
        one.name: facts.c[one.name] for one in plan.slots if one.span is None
    }
    return values | {span: rules.days(facts, span) for span in plan.spans}


def _now(draft: Draft) -> dict[Any, Any]:
    known = draft.plan.known
    return {
        known.c.recorded_at: func.now(),
        known.c.superseded_at: null(),
        known.c.import_id: draft.writing.import_id,
    }


def _audit_corrections(draft: Draft) -> None:
    audit = text(_AUDIT.format(table=draft.plan.profile.table))
    draft.connection.execute(audit, _origin(draft))


def _origin(draft: Draft) -> dict[str, Any]:
    return {"actor": draft.writing.actor, "import_id": draft.writing.import_id}
