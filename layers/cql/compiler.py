"""The shape of a filter as an SQLAlchemy condition. Columns stay bare, so that indexes serve."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from layers.cql.errors import FilterError
from layers.cql.places import COLLECTION, GEOMETRY, Places
from layers.cql.queryable import Queryable
from layers.cql.shape import Node
from layers.cql.temporal import RELATIONS, UNITS, Span

type Expression = ColumnElement[Any]


class _Geometry(sa.types.UserDefinedType[Any]):
    """PostGIS's type as a cast names it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "geometry"


class Term(NamedTuple):
    """A scalar: its type, its SQL, and the property it is of, for messages."""

    kind: str
    sql: Expression
    of: str = ""


COMPARES: dict[str, Callable[[Any, Any], Expression]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_disjoint": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_contains": "ST_Contains",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
}
ARRAYS = {"a_contains", "a_containedby", "a_equals", "a_overlaps"}
ARITHMETIC = {"+", "-", "*", "/", "%", "^", "div"}
TEXTS = {"casei", "accenti"}
_MARKS = "[\u0300-\u036f]"
_FAMILIES = {
    "integer": "numbers",
    "number": "numbers",
    "string": "texts",
    "date": "dates",
    "timestamp": "moments",
    "boolean": "true or false",
}


class Compiler:
    """Compiles one shape over the columns that may be named."""

    def __init__(self, queryables: Iterable[Queryable]) -> None:
        """``queryables`` are the white list."""
        self._known = {one.name: one for one in queryables}
        self._table = sa.table(
            "f", *{one.column: sa.column(one.column) for one in self._known.values()}.values()
        )
        self.places = Places()

    def condition(self, node: Node) -> Expression:
        """A node that is true or false. Raises FilterError."""
        if node[0] != "op":
            return self._is_true(node)
        _, name, arguments = node
        op = name.lower()
        if op in {"and", "or"}:
            if not arguments:
                raise FilterError(f"{name} takes operands")
            parts = [self.condition(one) for one in arguments]
            return sa.and_(*parts) if op == "and" else sa.or_(*parts)
        if op == "not":
            return sa.not_(self.condition(*_exactly(1, name, arguments)))
        if op in COMPARES:
            left, right = self._alike(*_exactly(2, name, arguments))
            return COMPARES[op](left.sql, right.sql)
        return self._predicate(name, op, arguments)

    def _predicate(self, name: str, op: str, arguments: tuple[Node, ...]) -> Expression:
        for ops, related in (
            (SPATIAL, self._spatial),
            (RELATIONS, self._temporal),
            (ARRAYS, self._array),
        ):
            if op in ops:
                return related(op, *_exactly(2, name, arguments))
        alone: dict[str, tuple[int, Callable[..., Expression]]] = {
            "like": (2, self._like),
            "in": (2, self._in),
            "between": (3, self._between),
            "isnull": (1, self._is_null),
        }
        if op not in alone:
            raise FilterError(f"{name} is no operator or function that is known here")
        many, predicate = alone[op]
        return predicate(*_exactly(many, name, arguments))

    def _between(self, value: Node, low: Node, high: Node) -> Expression:
        first, least = self._alike(value, low)
        last, most = self._alike(value, high)
        return sa.and_(first.sql >= least.sql, last.sql <= most.sql)

    def _is_true(self, node: Node) -> Expression:
        term = self._term(node, "boolean")
        if term.kind != "boolean":
            raise FilterError(f"{term.of or 'a value'} is neither true nor false: compare it")
        return term.sql

    def _is_null(self, node: Node) -> Expression:
        if node[0] == "property":
            return self._column(self._queryable(node[1])).is_(None)
        return self._term(node).sql.is_(None)

    def _like(self, text: Node, pattern: Node) -> Expression:
        lowered = _folded(text, "casei") and _folded(pattern, "casei")
        if lowered:  # as ILIKE, which a trigram index of the bare column serves
            text, pattern = text[2][0], pattern[2][0]
        left = self._of_kind("string", text)
        if pattern[0] == "value":
            right: Expression = self.places.take(pattern[1], "pattern", left.of)
        else:
            right = self._of_kind("string", pattern).sql
        return left.sql.ilike(right) if lowered else left.sql.like(right)

    def _in(self, value: Node, listed: Node) -> Expression:
        if listed[0] == "terms":
            pairs = [self._alike(value, one) for one in listed[1:]]
            return sa.or_(*[first.sql == second.sql for first, second in pairs])
        if listed[0] != "list":
            raise FilterError("IN needs a list of values in brackets")
        term = self._term(value)
        kind = self._literal_kind(term, listed[2])
        return term.sql == sa.any_(self.places.take(listed[1], f"{kind}[]", term.of))

    def _spatial(self, op: str, left: Node, right: Node) -> Expression:
        several = op in {"s_intersects", "s_disjoint"}
        sides = [self._geometry(one, several=several) for one in (left, right)]
        related: Expression = getattr(sa.func, SPATIAL[op])(*sides, type_=sa.Boolean())
        return sa.not_(related) if op == "s_disjoint" else related

    def _geometry(self, node: Node, *, several: bool) -> Expression:
        if node[0] == "geometry":
            taken = self.places.take(node[1], COLLECTION if several else GEOMETRY)
            return sa.cast(taken, _Geometry())
        if node[0] == "property":
            known = self._queryable(node[1])
            if known.kind == "geometry":
                return self._column(known)
        raise FilterError("a spatial function compares geometries")

    def _temporal(self, op: str, left: Node, right: Node) -> Expression:
        unit = self._unit(left, right)
        return RELATIONS[op](self._span(left, unit), self._span(right, unit))

    def _unit(self, *nodes: Node) -> str:
        """Whether days or moments are compared: what the properties are, else moments."""
        ends = [end for node in nodes for end in (node[1:] if node[0] == "interval" else (node,))]
        kinds = {self._queryable(one[1]).kind for one in ends if one[0] == "property"}
        if not kinds <= set(UNITS):
            raise FilterError("a temporal function compares dates, moments and intervals of them")
        if len(kinds) > 1:
            raise FilterError("a temporal function compares days or moments, not both")
        return kinds.pop() if kinds else "timestamp"

    def _span(self, node: Node, unit: str) -> Span:
        if node[0] != "interval":
            instant = self._instant(node, unit)
            return Span(instant, instant)
        first, last = UNITS[unit]
        ends = []
        for end, beyond in zip(node[1:], (first, last), strict=True):
            if end[0] == "open":
                ends.append(beyond)
            else:
                known = self._instant(end, unit)
                ends.append(sa.func.coalesce(known, beyond) if end[0] == "property" else known)
        return Span(*ends)

    def _instant(self, node: Node, unit: str) -> Expression:
        if node[0] == "value":
            return self.places.take(node[1], unit)
        if node[0] == "property":
            return self._column(self._queryable(node[1]))
        raise FilterError("a temporal function compares dates, moments and intervals of them")

    def _array(self, op: str, left: Node, right: Node) -> Expression:
        first, second = self._strings(left), self._strings(right)
        contains, contained = first.op("@>")(second), first.op("<@")(second)
        if op == "a_contains":
            return contains
        if op == "a_containedby":
            return contained
        return sa.and_(contains, contained) if op == "a_equals" else first.op("&&")(second)

    def _strings(self, node: Node) -> Expression:
        if node[0] == "list":
            return self.places.take(node[1], "string[]")
        if node[0] == "property":
            known = self._queryable(node[1])
            if known.kind == "strings":
                return self._column(known)
        raise FilterError("an array function compares lists of texts")

    def _alike(self, left: Node, right: Node) -> tuple[Term, Term]:
        """Two terms of comparable types; a value takes the type of what it is compared with."""
        if left[0] == "value" and right[0] != "value":
            second = self._term(right)
            return self._valued(left, second), second
        first = self._term(left)
        second = self._valued(right, first) if right[0] == "value" else self._term(right)
        if _FAMILIES[first.kind] != _FAMILIES[second.kind]:
            named = " and ".join(f"{one.of or 'a value'} ({one.kind})" for one in (first, second))
            raise FilterError(f"{named} cannot be compared")
        return first, second

    def _valued(self, node: Node, like: Term) -> Term:
        kind = self._literal_kind(like, node[2])
        return Term(kind, self.places.take(node[1], kind, like.of))

    @staticmethod
    def _literal_kind(like: Term, literal: str) -> str:
        """The type of a value beside a term: that of the term, but a fraction stays one."""
        return "number" if (like.kind, literal) == ("integer", "number") else like.kind

    def _term(self, node: Node, wanted: str | None = None) -> Term:
        if node[0] == "property":
            known = self._queryable(node[1])
            if known.kind not in _FAMILIES:
                raise FilterError(f"{known.name} ({known.kind}) has no order: use a function on it")
            return Term(known.kind, self._column(known), known.name)
        if node[0] == "value":
            kind = wanted or node[2]
            return Term(kind, self.places.take(node[1], kind))
        if node[0] == "op":
            return self._made(node)
        raise FilterError("a list, interval or geometry stands where one value is needed")

    def _made(self, node: Node) -> Term:
        """What arithmetic or folding makes."""
        _, name, arguments = node
        op = name.lower()
        if op in ARITHMETIC:
            left, right = (self._number(one) for one in _exactly(2, name, arguments))
            return Term("number", _calculated(op, left, right))
        if op in TEXTS:
            term = self._of_kind("string", *_exactly(1, name, arguments))
            return Term("string", _fold(op, term.sql), term.of)
        return Term("boolean", self.condition(node))

    def _number(self, node: Node) -> Expression:
        term = self._term(node, "number" if node[0] == "value" else None)
        if _FAMILIES[term.kind] != "numbers":
            raise FilterError(
                f"{term.of or 'a value'} ({term.kind}) is no number to calculate with"
            )
        return sa.cast(term.sql, sa.Double())

    def _of_kind(self, kind: str, node: Node) -> Term:
        term = self._term(node, kind)
        if term.kind != kind:
            raise FilterError(f"{term.of or 'a value'} ({term.kind}) is no {kind}")
        return term

    def _queryable(self, name: str) -> Queryable:
        known = self._known.get(name)
        if known is None:
            raise FilterError(f"{name} is not known; there are {', '.join(self._known)}")
        return known

    def _column(self, known: Queryable) -> Expression:
        found: Expression = self._table.c[known.column]
        return found


def _exactly(many: int, name: str, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
    if len(arguments) != many:
        raise FilterError(f"{name} takes {many} operands, not {len(arguments)}")
    return arguments


def _folded(node: Node, name: str) -> bool:
    return node[0] == "op" and node[1].lower() == name and len(node[2]) == 1


def _fold(op: str, text: Expression) -> Expression:
    if op == "casei":
        return sa.func.lower(text)
    apart = sa.func.normalize(text, sa.literal_column("NFD"))
    return sa.func.regexp_replace(
        apart, sa.literal_column(f"'{_MARKS}'"), sa.literal_column("''"), sa.literal_column("'g'")
    )


def _calculated(op: str, left: Expression, right: Expression) -> Expression:
    """Arithmetic of doubles; what is divided by zero has no value."""
    nonzero: Expression = sa.func.nullif(right, sa.literal_column("0"), type_=sa.Double())
    if op == "^":
        return sa.func.power(left, right)
    if op == "%":
        return sa.func.mod(sa.cast(left, sa.Numeric()), sa.cast(nonzero, sa.Numeric()))
    if op == "div":
        return sa.func.trunc(left.op("/")(nonzero))
    return left.op("/")(nonzero) if op == "/" else left.op(op)(right)
