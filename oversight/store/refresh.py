"""Brings statuses up to date with the facts, in the transaction that changes a fact."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, text

from geo import dates
from geo.drawn import gather_cells
from oversight.assess import Span, company_history, history
from oversight.policy import of_city, versions
from oversight.rules.standing import depends_on_companies
from oversight.status import CompanyStatus, Status
from oversight.store import locks, writing
from oversight.store.engine import as_engine
from oversight.store.public import publish
from oversight.store.reading import read_companies, read_compounds
from oversight.store.writing import COMPANIES, COMPOUNDS, Kept

AT_ONCE = 1000
"""So many compounds are read, assessed and written in one go."""
ROLLED_AT_ONCE = {"compound": locks.MANY, "company": 25}
"""A transaction of the roll-over; under some policies a company brings all its compounds."""
ATTEMPTS = 5

_CITIES = {
    "compound": text(
        "SELECT city_code, array_agg(id ORDER BY id) AS ids FROM registry.compound"
        " WHERE id = ANY(:ids) AND superseded_at IS NULL GROUP BY 1 ORDER BY 1"
    ),
    "company": text(
        "SELECT city_code, array_agg(id ORDER BY id) AS ids FROM registry.company"
        " WHERE id = ANY(:ids) AND superseded_at IS NULL GROUP BY 1 ORDER BY 1"
    ),
}
_SERVED = text(
    "SELECT DISTINCT compound_id FROM registry.contract WHERE company_id = ANY(:companies)"
)
_DUE = {
    "compound": text(
        "SELECT compound_id AS id FROM oversight.status"
        " WHERE upper_inf(valid) AND holds_until <= :on AND compound_id > :after"
        " ORDER BY compound_id LIMIT :most"
    ),
    "company": text(
        "SELECT company_id AS id FROM oversight.company_status"
        " WHERE upper_inf(valid) AND holds_until <= :on AND company_id > :after"
        " ORDER BY company_id LIMIT :most"
    ),
}


@dataclass
class Changes:
    """By compound and company the status of today before, where there was one, and after."""

    compounds: list[tuple[int, Status | None, Status]] = field(default_factory=list)
    companies: list[tuple[int, CompanyStatus | None, CompanyStatus]] = field(default_factory=list)


def refresh(
    connection: Connection,
    *,
    compounds: Collection[int] = (),
    companies: Collection[int] = (),
    on: date | None = None,
    city_is_locked: bool = False,
) -> Changes:
    """Assess compounds and companies anew, from their first fact on, and write what differs.

    The caller holds their locks (:func:`oversight.store.locks.lock`), or with ``city_is_locked``
    that of their city. Where a policy makes compounds depend on their company
    (``depends_on_companies``), those of a company whose status changed are assessed too. ``on`` is
    today (Asia/Shanghai) unless given.
    """
    on = on or dates.today()
    with as_engine(connection):
        return _refreshed(connection, compounds, companies, on, city_is_locked)


def roll_over(
    engine: Engine, on: date | None = None, *, should_end: Callable[[], bool] = lambda: False
) -> int:
    """Assess anew what time alone has changed by a day; returns how many statuses were due.

    In parts, each a transaction of its own; days that were missed are made up for, since a history
    is assessed from its first day. Nothing is due twice. What ``should_end`` breaks off between two
    parts is still due the next time.
    """
    on = on or dates.today()
    due = sum(_roll_over(engine, kind, on, should_end) for kind in ("company", "compound"))
    if due:
        with engine.begin() as connection:
            gather_cells(connection)
    return due


def _refreshed(
    connection: Connection,
    compounds: Collection[int],
    companies: Collection[int],
    on: date,
    city_is_locked: bool,
) -> Changes:
    changes = Changes()
    reached = set(compounds)
    for city, numbers in _by_city(connection, "company", companies):
        moved = _companies(connection, city, numbers, on, changes)
        if moved and depends_on_companies(of_city(city)):
            served = connection.scalars(_SERVED, {"companies": sorted(moved)}).all()
            if not city_is_locked:
                locks.lock_compounds(connection, set(served) - reached)
            reached.update(served)
    for city, numbers in _by_city(connection, "compound", reached):
        _compounds(connection, city, numbers, on, changes)
    return changes


def _roll_over(engine: Engine, kind: str, on: date, should_end: Callable[[], bool]) -> int:
    done = after = again = 0
    while not should_end():
        try:
            due = _part_rolled_over(engine, kind, on, after)
        except locks.Retry:
            again += 1
            if again == ATTEMPTS:
                raise
            continue
        if not due:
            break
        done, after, again = done + len(due), due[-1], 0
    return done


def _part_rolled_over(engine: Engine, kind: str, on: date, after: int) -> Sequence[int]:
    with engine.begin() as connection:
        known = {"on": on, "after": after, "most": ROLLED_AT_ONCE[kind]}
        due = connection.scalars(_DUE[kind], known).all()
        if due:
            compounds = due if kind == "compound" else ()
            companies = due if kind == "company" else ()
            locks.lock(connection, compounds, companies)
            refresh(connection, compounds=compounds, companies=companies, on=on)
        return due


def _companies(
    connection: Connection, city: str, numbers: list[int], on: date, changes: Changes
) -> set[int]:
    policy = of_city(city)
    fresh = {
        facts.id: company_history(facts, policy, on)
        for facts in read_companies(connection, numbers, policy)
    }
    return _write(connection, COMPANIES, city, fresh, on, changes.companies)


def _compounds(
    connection: Connection, city: str, numbers: list[int], on: date, changes: Changes
) -> None:
    policy = of_city(city)
    for part in _parts(numbers):
        fresh = {
            facts.id: history(facts, policy, on)
            for facts in read_compounds(connection, part, policy)
        }
        moved = _write(connection, COMPOUNDS, city, fresh, on, changes.compounds)
        publish(connection, moved)


def _write(
    connection: Connection,
    kept: Kept,
    city: str,
    fresh: dict[int, tuple[Span[Any], ...]],
    on: date,
    changes: list[tuple[int, Any, Any]],
) -> set[int]:
    policy = of_city(city)
    versions.keep(connection, policy)
    before = writing.stored(connection, kept, fresh)
    moved = writing.rewrite(connection, kept, fresh, before, city, policy.version)
    for number, spans in fresh.items():
        earlier = writing.spans_of(
            kept, [row for row in before.get(number, ()) if _holds(row["start"], row["ends"], on)]
        )
        now = spans[-1]
        then = earlier[-1][0] if earlier else None
        changes.append(
            (
                number,
                None if then is None else then.status._replace(holds_until=then.holds_until),
                now.status._replace(holds_until=now.holds_until),
            )
        )
    return moved


def _by_city(
    connection: Connection, kind: str, ids: Collection[int]
) -> Iterable[tuple[str, list[int]]]:
    if not ids:
        return []
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in connection.execute(_CITIES[kind], {"ids": list(ids)}):
        found[row.city_code].extend(row.ids)
    return list(found.items())


def _parts(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def _holds(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on < end)
