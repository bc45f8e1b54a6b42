"""Which columns a kind's rows give and what each says: the bridge from fields to the table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnClause,
    ColumnElement,
    Date,
    String,
    Table,
    TableClause,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    table,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

from geo import dates
from geo.imports import derived
from geo.imports.profile import Field, Profile
from geo.imports.references import resolved
from geo.models import Base

SAME_DEGREES = 1e-7
"""Shapes nowhere further apart than this (about a centimetre) are the same."""

SPANS = {"valid": ("valid_from", "valid_to"), "term": ("term_from", "term_to")}
"""Columns of days, with the fields of the first and the last of them."""


class Plain(UserDefinedType[Any]):
    """A geometry that stays inside the database, without conversions on the way."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name PostgreSQL knows the type by."""
        return "geometry"


@dataclass(frozen=True)
class Slot:
    """One column and what a row gives for it, as expressions over the staged rows.

    ``said`` is what the row itself says, NULL where it is silent; ``value`` what a new fact gets:
    what is said, else what is derived, else the default. A span of days is two slots:
    ``<span>_from`` and ``<span>_until``, the day after its last. ``field`` is the one to name in a
    problem; ``fills`` as in :class:`geo.imports.profile.Field`.
    """

    name: str
    type: TypeEngine[Any]
    said: ColumnElement[Any]
    value: ColumnElement[Any]
    field: Field | None = None
    fills: bool = False
    required: bool = False
    span: str | None = None

    def recorded(self, known: TableClause) -> ColumnElement[Any]:
        """The same of a recorded fact."""
        if self.span is None:
            return known.c[self.name]
        end = func.lower if self.name.endswith("_from") else func.upper
        return end(known.c[self.span], type_=Date())

    def differs(self, said: ColumnElement[Any], known: TableClause) -> ColumnElement[bool]:
        """Whether this says something else than what is recorded."""
        recorded = self.recorded(known)
        other: ColumnElement[bool] = said.is_distinct_from(recorded)
        if isinstance(self.type, Plain):
            apart = func.ST_HausdorffDistance(said, recorded) > SAME_DEGREES
            other = case((other, func.coalesce(apart, True)), else_=False)
        return and_(said.is_not(None), other)


@dataclass(frozen=True)
class Plan:
    """How rows of a kind become rows of its table; ``source`` is the table they are staged in."""

    profile: Profile
    slots: tuple[Slot, ...]
    source: str = "staged"

    @property
    def model(self) -> Table:
        """The table written to, as the models have it."""
        return Base.metadata.tables[self.profile.table]

    @cached_property
    def known(self) -> TableClause:
        """The table written to, with plain types."""
        return table(
            self.model.name,
            *(column(one.name, plain(one.type)) for one in self.model.columns),
            schema=self.model.schema,
        )

    @property
    def spans(self) -> list[str]:
        """The columns of days that rows give."""
        return list(dict.fromkeys(one.span for one in self.slots if one.span))

    @property
    def checks(self) -> Iterator[CheckConstraint]:
        """What the table demands of every row."""
        for one in sorted(self.model.constraints, key=lambda rule: str(rule.name)):
            if isinstance(one, CheckConstraint):
                yield one

    def columns(self, fields: tuple[str, ...]) -> list[str]:
        """The slots of some fields."""
        named = {"breach": ("type_code", "family")}
        return [
            name
            for one in fields
            for name in named.get(one) or (self.profile.field(one).column or one,)
        ]

    def identity(
        self, fields: tuple[str, ...], given: Callable[[Slot], ColumnElement[Any]]
    ) -> list[ColumnElement[Any]]:
        """What tells which fact is meant, from what is ``given`` for each slot.

        Of several fields one that is blank tells as well: it stands as a value of its own.
        """
        columns = self.columns(fields)
        if self.profile.kind == "complaints" and "compound" in fields:
            columns.append("street_code")
        slots = [self.by_name.get(name) or _bare(name) for name in columns]
        if len(slots) == 1:
            return [given(slots[0])]
        return [self._comparable(one, given) for one in slots]

    def _comparable(
        self, slot: Slot, given: Callable[[Slot], ColumnElement[Any]]
    ) -> ColumnElement[Any]:
        if self.profile.kind == "complaints" and slot.name == "street_code":
            # The street and community only tell complaints apart that are about no compound.
            places = (given(self.by_name[one]) for one in ("community_code", "street_code"))
            about = given(self.by_name["compound_id"])
            return func.coalesce(case((about.is_(None), func.coalesce(*places))), "")
        if slot.required:
            return given(slot)
        return func.coalesce(given(slot), _nothing(slot.type))

    @cached_property
    def by_name(self) -> dict[str, Slot]:
        """The slots by name."""
        return {one.name: one for one in self.slots}


def plan(profile: Profile, source: str = "staged") -> Plan:
    """The plan of a kind: a slot for every column its fields have, and those that are derived."""
    model = Base.metadata.tables[profile.table]
    taken = {one.column: one for one in profile.fields if one.column}
    names = dict.fromkeys([*taken, *derived.COLUMNS.get(profile.kind, ())])
    slots = [
        _slot(profile, model, name, taken.get(name)) for name in names if name in model.columns
    ]
    slots += [one for span in SPANS for one in _ends(profile, span)]
    if profile.geometry and "geom" in model.columns:
        shape = _shape(model.columns["geom"].type)
        slots.append(Slot("geom", Plain(), shape, shape))
    if profile.kind == "jurisdictions":
        slots = [*map(_narrowest, slots), _breach("type_code"), _breach("family")]
    if profile.kind == "contracts":
        slots = [_filed(one) if one.name == "filed" else one for one in slots]
    return Plan(profile, tuple(slots), source)


def plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type without conversions of geometries."""
    return Plain() if isinstance(kind, Geometry) else kind


def _slot(profile: Profile, model: Table, name: str, field: Field | None) -> Slot:
    kind = plain(model.columns[name].type)
    said: ColumnElement[Any] = null() if field is None else _stated(field, kind)
    choices = [said] if field else []
    if name in derived.COLUMNS.get(profile.kind, ()):
        choices.append(column(f"derived_{name}", kind))
    if field is not None and field.default is not None:
        choices.append(literal(field.default, kind))
    elif isinstance(kind, Boolean) and not model.columns[name].nullable:
        choices.append(literal(False))
    return Slot(
        name,
        kind,
        cast(said, kind),
        func.coalesce(*choices, type_=kind) if len(choices) > 1 else choices[0],
        field,
        field is not None and field.fills,
        not model.columns[name].nullable,
    )


def _bare(name: str) -> Slot:
    """A field that is compared and not written."""
    said: ColumnElement[Any] = column(name, String())
    return Slot(name, String(), said, said)


def _nothing(kind: TypeEngine[Any]) -> Any:
    """A value no fact has, to stand for none where facts are compared."""
    if isinstance(kind, Date):
        return date.min
    return "" if isinstance(kind, String) else -1


def _stated(field: Field, kind: TypeEngine[Any]) -> ColumnClause[Any]:
    return column(resolved(field) if field.type == "reference" else field.name, kind)


def _ends(profile: Profile, span: str) -> Iterator[Slot]:
    """Both ends of a span of days. What began on an unknown day holds since the first known one."""
    first, last = SPANS[span]
    fields = {one.name: one for one in profile.fields}
    if first not in fields:
        return
    begins = column(first, Date())
    since = func.coalesce(begins, dates.FIRST_DAY) if span == "valid" else begins
    after = cast(column(last, Date()) + 1, Date())
    yield Slot(f"{span}_from", Date(), begins, since, fields[first], fields[first].fills, span=span)
    yield Slot(f"{span}_until", Date(), after, after, fields[last], True, span=span)


def _shape(kind: TypeEngine[Any]) -> ColumnElement[Any]:
    shape: ColumnElement[Any] = column("geom", Plain())
    multiple = isinstance(kind, Geometry) and str(kind.geometry_type).startswith("MULTI")
    return func.ST_Multi(shape, type_=Plain()) if multiple else shape


def _filed(slot: Slot) -> Slot:
    """A contract with a day of filing is filed."""
    filed = case((column("filed_on").is_not(None), True))
    said = func.coalesce(column("filed", Boolean()), filed)
    return replace(slot, said=said, value=func.coalesce(said, False))


def _narrowest(slot: Slot) -> Slot:
    """A jurisdiction's area is a shape, else a street, else a district; the rest only helps."""
    narrower = {"district_code": ("street_code", "geom"), "street_code": ("geom",)}
    if slot.name not in narrower:
        return slot
    none_of_them = and_(*(column(name).is_(None) for name in narrower[slot.name]))
    value = case((none_of_them, slot.value))
    return replace(slot, said=value, value=value)


def _breach(name: str) -> Slot:
    kind = Base.metadata.tables["oversight.jurisdiction"].columns[name].type
    return Slot(name, kind, column(name, kind), column(name, kind))
