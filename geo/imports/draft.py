"""What a file's rows would make of the facts, before anything is written.

``incoming`` has, for each staged row, the recorded fact it means (``id``, NULL for a new one), what
it says of each column (``said_…``) and what a new fact would get (``new_…``). ``draft`` has each
fact as it would be. Rows that may not be written leave both, with a problem.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    and_,
    case,
    cast,
    column,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, REGCLASS, array

from geo.imports import staged
from geo.imports.plan import Plan, Slot
from geo.imports.problems import Reason, reasons
from geo.imports.references import NAMED, THINGS
from geo.imports.staged import Writing
from geo.models import Base

PROBLEM = table(
    "problem",
    column("row", BigInteger),
    column("code", Text),
    column("field", Text),
    column("value", Text),
    column("given", JSONB),
)

MANY_ROWS = 1000
"""From so many rows on it pays to know how many facts are recorded before looking for them."""

reasons(
    contradicts=Reason(
        zh="{title}：文件写“{value}”，已登记“{recorded}”。如文件正确，请用 --correct 重新导入",
        en="{title}: the file says {value}, recorded is {recorded}. If the file is right, import it"
        " again with --correct",
        verdict="review",
    ),
    means_same_fact=Reason(
        zh="与本文件第{rows}行对应同一条已登记的记录。请只保留一行，或填写各自的编号",
        en="means the same recorded fact as row {rows} of this file. Keep one, or give each its"
        " number",
    ),
)


@dataclass
class Draft:
    """The rows of one kind on their way to its table."""

    connection: Connection
    plan: Plan
    writing: Writing

    @cached_property
    def incoming(self) -> Table:
        """What the rows say."""
        slots = self.plan.slots
        return _temporary(
            "incoming",
            Column("row", BigInteger),
            Column("id", BigInteger),
            *(Column(f"said_{one.name}", one.type) for one in slots),
            *(Column(f"new_{one.name}", one.type) for one in slots),
        )

    @cached_property
    def facts(self) -> Table:
        """Each fact as it would be; ``against`` names the slots in which it contradicts."""
        return _temporary(
            "draft",
            Column("row", BigInteger),
            Column("id", BigInteger),
            Column("is_new", Boolean),
            Column("changed", Boolean),
            Column("against", ARRAY(Text)),
            *(Column(one.name, one.type) for one in self.plan.slots),
        )

    @property
    def believed(self) -> ColumnElement[bool]:
        """The recorded facts of the city that are believed."""
        known = self.plan.known
        return and_(known.c.superseded_at.is_(None), known.c.city_code == self.writing.city)

    def take_in(self) -> None:
        """Fill ``incoming`` from the staged rows."""
        _make(self.connection, self.incoming)
        rows = table(self.plan.source, column("row", BigInteger))
        values: dict[str, ColumnElement[Any]] = {"row": rows.c.row}
        for one in self.plan.slots:
            values |= {f"said_{one.name}": one.said, f"new_{one.name}": one.value}
        count = self._fill(self.incoming, select(*values.values()).select_from(rows), values)
        self.connection.execute(text("ANALYZE incoming"))
        if count >= MANY_ROWS:
            self.connection.execute(text(f"ANALYZE {self.plan.profile.table}"))

    def recognise(self) -> None:
        """Find the recorded fact of each row, by the first identity that tells.

        A fact recorded under a number is not recognised by anything else where the row has a
        number too.
        """
        known, incoming = self.plan.known, self.incoming
        numbered = "code" in known.c and "code" in self.plan.by_name
        for fields in self.plan.profile.identity:
            theirs = self.plan.identity(fields, lambda one: incoming.c[f"new_{one.name}"])
            ours = self.plan.identity(fields, lambda one: one.recorded(known))
            same = [mine == other for mine, other in zip(ours, theirs, strict=True)]
            number: ColumnElement[Any] = func.min(known.c.id)
            if numbered and self.plan.columns(fields) != ["code"]:
                same.append(or_(incoming.c.new_code.is_(None), known.c.code.is_(None)))
                number = func.coalesce(number.filter(known.c.code.is_(None)), number)
            found = (
                select(incoming.c.row, number.label("id"))
                .where(incoming.c.id.is_(None), self.believed, *same)
                .group_by(incoming.c.row)
                .subquery("found")
            )
            self.connection.execute(
                update(incoming).where(found.c.row == incoming.c.row).values(id=found.c.id)
            )
        self._refuse_shared()

    def compose(self) -> None:
        """Fill ``draft``: new facts as the rows have them, recorded ones with what rows add."""
        _make(self.connection, self.facts)
        known, incoming = self.plan.known, self.incoming
        is_new = incoming.c.id.is_(None)
        number = func.nextval(
            cast(func.pg_get_serial_sequence(self.plan.profile.table, "id"), REGCLASS)
        )
        values: dict[str, ColumnElement[Any]] = {
            "row": incoming.c.row,
            "id": func.coalesce(incoming.c.id, number),
            "is_new": is_new,
            "changed": false(),
            "against": self._against(),
        }
        for one in self.plan.slots:
            said, recorded = incoming.c[f"said_{one.name}"], one.recorded(known)
            kept = case((one.differs(said, known), said), else_=recorded)
            values[one.name] = case((is_new, incoming.c[f"new_{one.name}"]), else_=kept)
        joined = incoming.outerjoin(known, known.c.id == incoming.c.id)
        self._fill(self.facts, select(*values.values()).select_from(joined), values)
        self.connection.execute(text("ANALYZE draft"))

    def refuse_contradictions(self) -> None:
        """Hold the rows that contradict what is recorded for good."""
        known, incoming, facts = self.plan.known, self.incoming, self.facts
        joined = facts.join(incoming, incoming.c.row == facts.c.row).join(
            known, known.c.id == facts.c.id
        )
        for one in self.plan.slots:
            self.hold(
                select(
                    facts.c.row,
                    literal("contradicts"),
                    literal(field_name(one), Text),
                    shown(one, incoming.c[f"said_{one.name}"]),
                    func.jsonb_build_object("recorded", shown(one, one.recorded(known))),
                )
                .select_from(joined)
                .where(literal(one.name) == func.any(facts.c.against))
            )
        self.drop_held()

    def mark_changed(self) -> None:
        """Tell which recorded facts would not stay as they are."""
        known, facts = self.plan.known, self.facts
        other = or_(
            *(facts.c[one.name].is_distinct_from(one.recorded(known)) for one in self.plan.slots)
        )
        self.connection.execute(
            update(facts)
            .where(known.c.id == facts.c.id, ~facts.c.is_new, other)
            .values(changed=True)
        )

    def hold(self, problems: Any) -> None:
        """Add problems: a query of row, code, field, value and what is given."""
        self.connection.execute(insert(PROBLEM).from_select(list(PROBLEM.c.keys()), problems))

    def drop_held(self) -> None:
        """Take the rows that have a problem out of everything."""
        for one in (self.incoming, self.facts):
            if self.connection.scalar(select(func.to_regclass(f"pg_temp.{one.name}"))):
                held = exists().where(PROBLEM.c.row == one.c.row)
                self.connection.execute(delete(one).where(held))
        staged.drop_held(self.connection)

    def _against(self) -> ColumnElement[Any]:
        """The slots whose recorded value a row contradicts."""
        known, incoming = self.plan.known, self.incoming
        contradicting = [
            case(
                (
                    and_(
                        one.differs(incoming.c[f"said_{one.name}"], known),
                        one.recorded(known).is_not(None),
                    ),
                    one.name,
                )
            )
            for one in self.plan.slots
            if not one.fills
        ]
        named = cast(array(contradicting), ARRAY(Text))
        return func.array_remove(named, null(), type_=ARRAY(Text))

    def _refuse_shared(self) -> None:
        """Two rows that mean one recorded fact, one by its number and one without, are in doubt."""
        incoming = self.incoming
        other = incoming.alias("other")
        self.hold(
            select(
                incoming.c.row,
                literal("means_same_fact"),
                null(),
                null(),
                func.jsonb_build_object("rows", func.string_agg(row_number(other.c.row), ", ")),
            )
            .where(other.c.id == incoming.c.id, other.c.row != incoming.c.row)
            .group_by(incoming.c.row)
        )
        self.drop_held()

    def _fill(self, target: Table, rows: Any, values: Iterable[str]) -> int:
        return self.connection.execute(insert(target).from_select(list(values), rows)).rowcount


def shown(slot: Slot, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value as a person knows it: names for numbers, words for codes."""
    field = slot.field
    if slot.name == "geom":
        return func.left(func.ST_AsText(value, 6), 80)
    if slot.span and slot.name.endswith("_until"):
        return cast(value - 1, Text)
    if field is not None and field.codes:
        words = {code: given[0] for code, given in field.codes.items() if given}
        return case(words, value=value, else_=cast(value, Text))
    if field is not None and field.refers:
        return _name_of(field.refers, value)
    return cast(value, Text)


def _name_of(refers: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number and name of the thing with this key."""
    model = Base.metadata.tables[NAMED[refers]]
    columns = [one for one in ("code", "name") if one in model.columns]
    thing = table(model.name, column("id"), *map(column, columns), schema=model.schema)
    key = thing.c.id if THINGS[refers].numbered else thing.c.code
    called = func.concat_ws(" ", *(thing.c[one] for one in columns))
    return select(called).where(key == value).scalar_subquery()


def row_number(row: ColumnElement[Any]) -> ColumnElement[str]:
    """The number of a row as its file shows it, from the row's key."""
    return cast(row.op("&")(literal((1 << 32) - 1, BigInteger)), Text)


def field_name(slot: Slot) -> str | None:
    """The field a problem of this slot is about; a shape's is the one with its coordinates."""
    return slot.field.name if slot.field else "wkt" if slot.name == "geom" else None


def _temporary(name: str, *columns: Column[Any]) -> Table:
    return Table(name, MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")


def _make(connection: Connection, made: Table) -> None:
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{made.name}"))
    made.create(connection)
