"""Query parameters that several routes take, checked before anything is asked of the database."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    create_model,
    field_validator,
)

from api import cursor
from api.documents import DOCUMENT, FEATURES, FILES, PAGES, form_field
from api.errors import Problem
from api.moments import interval, record_time
from api.numbers import IN_DIGITS, decimal, whole
from geo.dates import today
from layers import sorting
from layers.cql import Compiled, FilterError, Queryable, compile_filter
from layers.cql.parse import Language
from layers.crs import CRS84, CRSS, Box, Crs
from layers.filters import check, parameters
from layers.items import Form, Selection
from layers.layer import Layer
from layers.sorting import By

MAX_LIMIT = 1000

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written_out(given: Any) -> Any:
    """A day as it is written; numbers would be taken as seconds since 1970."""
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("a day is written YYYY-MM-DD")
    return given


Day = Annotated[date, BeforeValidator(_written_out)]

FeatureId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Number of the feature"), IN_DIGITS]


_WHOLES, _DECIMALS = (int, int | None), (float, float | None)


class Strict(BaseModel):
    """A set of query parameters; one that is not among them is refused."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _in_digits(cls, said: Any, told: ValidationInfo) -> Any:
        kind = cls.model_fields[told.field_name or ""].annotation
        if kind in _WHOLES:
            return whole(said)
        return decimal(said) if kind in _DECIMALS else said


class NoParameters(Strict):
    """The route takes no query parameters."""


class FormQuery(Strict):
    """A document takes no parameter but its form."""

    f: str | None = form_field(DOCUMENT)


def parse_boxes(raw: str, crs: Crs = CRS84) -> tuple[Box, ...]:
    """``bbox`` (OGC API Features, 7.15.3) as boxes in CRS84; four numbers, or six with heights.

    The numbers are in the order of the axes of the reference system; see
    :meth:`layers.crs.Crs.boxes_to_stored`. Raises ValueError saying what is wrong.
    """
    try:
        # A plus sign in an address is read as a space where it was not escaped.
        numbers = [float(decimal(word.strip())) for word in raw.split(",")]
    except ValueError:
        raise ValueError("must be numbers west,south,east,north") from None
    if len(numbers) not in (4, 6):
        raise ValueError(f"must be 4 or 6 numbers, not {len(numbers)}")
    half = len(numbers) // 2
    first, second, third, fourth = *numbers[:2], *numbers[half : half + 2]
    return crs.boxes_to_stored((first, second, third, fourth))


def _known_crs(uri: str) -> str:
    if uri not in CRSS:
        raise ValueError(f"one of {', '.join(CRSS)}")
    return uri


KnownCrs = Annotated[str, AfterValidator(_known_crs)]


class ChosenQuery(Strict):
    """What chooses features in any layer: a filter in CQL2, and the day they are asked for."""

    filter: str | None = Field(default=None, description="A filter in CQL2")
    filter_lang: Literal["cql2-text", "cql2-json", "cql-text"] = Field(
        default="cql2-text",
        alias="filter-lang",
        description="Language of filter; cql-text is an older name of cql2-text",
    )
    filter_crs: KnownCrs = Field(
        default=CRS84.uri, alias="filter-crs", description="Reference system of shapes in filter"
    )
    as_of: Day | None = Field(
        default=None, description="Day, YYYY-MM-DD: what held then; today unless given"
    )
    datetime: str | None = Field(
        default=None,
        max_length=100,
        description="A moment, a day, or two with a slash between, .. for no end, P2D for two "
        "days on: features that are there at any time of it (each collection says when its "
        "features are), in the state of its last day",
    )

    def cql(self, queryables: Iterable[Queryable]) -> Compiled | None:
        """The filter over what may be named."""
        if self.filter is None:
            return None
        language: Language = "cql2-json" if self.filter_lang == "cql2-json" else "cql2-text"
        try:
            return compile_filter(self.filter, language, queryables, CRSS[self.filter_crs])
        except FilterError as error:
            raise Problem(400, f"filter: {error}", parameter="filter") from None

    def days(self) -> tuple[date | None, date]:
        """Since when, where features are to meet an interval, and the day of their state."""
        if self.datetime is None:
            return None, self.as_of or today()
        if self.as_of is not None:
            raise Problem(400, "as_of and datetime exclude each other", parameter="datetime")
        try:
            return interval(self.datetime)
        except ValueError as error:
            raise Problem(
                400, f"datetime = {self.datetime!r} {error}", parameter="datetime"
            ) from None

    def chosen(self, queryables: Iterable[Queryable]) -> Selection:
        """What a tile shows, of which a filter may name the queryables."""
        since, as_of = self.days()
        return Selection(as_of, cql=self.cql(queryables), since=since)


class KnownQuery(Strict):
    """When what is answered was believed."""

    known_at: str | None = Field(
        default=None,
        max_length=40,
        description="Record time: a day (its end in Asia/Shanghai), or a moment with its zone: "
        "what was believed then; now unless given",
    )

    def moment(self, layer: Layer) -> datetime | None:
        """The record time asked for; Problem 400 for a layer that does not keep it."""
        if self.known_at is None:
            return None
        try:
            layer.believed_at()
            return record_time(self.known_at)
        except ValueError as error:
            raise Problem(
                400, f"known_at = {self.known_at!r}: {error}", parameter="known_at"
            ) from None


class TilesQuery(ChosenQuery):
    """A tile of several layers."""

    collections: str | None = Field(
        default=None, max_length=500, description="Layers, comma-separated; all unless given"
    )


class FilteredQuery(ChosenQuery, KnownQuery):
    """What narrows a layer anywhere. Each layer adds its own filters."""

    bbox: str | None = Field(
        default=None, max_length=200, description="west,south,east,north in the order of bbox-crs"
    )
    bbox_crs: KnownCrs = Field(
        default=CRS84.uri, alias="bbox-crs", description="Reference system of bbox"
    )

    def selection(self, layer: Layer) -> Selection:
        """Which features are meant; Problem 400 for what the viewer may not ask."""
        since, as_of = self.days()
        return Selection(
            as_of,
            self.sent(layer),
            self._boxes(),
            self.cql(layer.queryables),
            self.moment(layer),
            since,
        )

    def sent(self, layer: Layer) -> dict[str, str]:
        """The layer's own filters that were given."""
        given = {name: getattr(self, name) for name in self.model_fields_set - _ANYWHERE}
        sent = {name: value for name, value in given.items() if value is not None}
        for name, value in sent.items():
            if name not in parameters(layer):
                raise Problem(
                    400,
                    f"the parameter {name!r} is not known here; /docs lists those that are",
                    parameter=name,
                )
            try:
                check(layer, name, value)
            except ValueError as error:
                raise Problem(400, f"{name} = {value!r}: {error}", parameter=name) from None
        return sent

    def _boxes(self) -> tuple[Box, ...]:
        if self.bbox is None:
            return ()
        try:
            return parse_boxes(self.bbox, CRSS[self.bbox_crs])
        except ValueError as error:
            raise Problem(400, f"bbox = {self.bbox!r} {error}", parameter="bbox") from None


class ListQuery(FilteredQuery):
    """Features in an order and a form."""

    sortby: str | None = Field(
        default=None, max_length=200, description="Properties in order, each after + or -"
    )
    properties: str | None = Field(
        default=None, max_length=2000, description="Only these properties, comma-separated"
    )
    crs: KnownCrs = Field(default=CRS84.uri, description="Reference system of the answer")
    skipGeometry: bool = Field(default=False, description="Leave the geometries out")  # noqa: N815
    geometry_precision: int | None = Field(
        default=None,
        alias="geometry-precision",
        ge=0,
        le=15,
        description="Digits of coordinates after the point",
    )
    encoding: str | None = Field(
        default=None,
        max_length=20,
        description="Of texts: utf-8 or utf-8-bom (f=csv), utf-8 or gbk (f=shp)",
    )

    def form(self, layer: Layer) -> Form:
        """How the features are answered."""
        return Form(
            CRSS[self.crs],
            self.geometry_precision,
            self._properties(layer),
            geometry=not self.skipGeometry,
        )

    def order(self, layer: Layer) -> tuple[By, ...]:
        """By what they are sorted before their numbers."""
        if self.sortby is None:
            return ()
        try:
            return sorting.parse(self.sortby, layer)
        except ValueError as error:
            raise Problem(400, f"sortby = {self.sortby!r}: {error}", parameter="sortby") from None

    def _properties(self, layer: Layer) -> frozenset[str] | None:
        if self.properties is None:
            return None
        names = frozenset(word.strip() for word in self.properties.split(",") if word.strip())
        unknown = sorted(names - set(layer.properties))
        if unknown:
            raise Problem(
                400,
                f"properties: {', '.join(unknown)} not known; there are "
                f"{', '.join(layer.properties)}",
                parameter="properties",
            )
        return names


class ExportQuery(ListQuery):
    """All features that match, as a file."""

    f: str | None = form_field(FILES)


class PageQuery(ListQuery):
    """A page of features."""

    f: str | None = form_field(PAGES)
    limit: int = Field(
        default=100,
        ge=1,
        description="Features on a page; more than the maximum gives the maximum",
        json_schema_extra={"maximum": MAX_LIMIT},
    )
    next: str | None = Field(
        default=None, max_length=cursor.LONGEST, description="Cursor of the next page"
    )


class FeatureQuery(KnownQuery):
    """One feature."""

    f: str | None = form_field(FEATURES)
    crs: KnownCrs = Field(default=CRS84.uri, description="Reference system of the answer")
    as_of: Day = Field(default_factory=today, description="Day, YYYY-MM-DD")


_ANYWHERE = {*PageQuery.model_fields, "by"}


class AsOfQuery(Strict):
    """The day for which is asked; today in Asia/Shanghai unless given."""

    as_of: Day = Field(default_factory=today, description="Day, YYYY-MM-DD")


@cache
def page_query(layer: Layer) -> type[PageQuery]:
    """The page parameters with the layer's filters."""
    return _with_filters(f"{layer.id.title()}Page", PageQuery, layer)


@cache
def export_query(layer: Layer) -> type[ExportQuery]:
    """The parameters of a whole collection with the layer's filters."""
    return _with_filters(f"{layer.id.title()}Export", ExportQuery, layer)


def by_pattern(layer: Layer) -> str:
    """What a layer may be counted by, as a pattern."""
    return f"^({'|'.join(layer.countable)})$"


@cache
def count_query(layer: Layer) -> type[FilteredQuery]:
    """The count parameters with the layer's filters."""
    # Said and not checked: what is wrong is told by what the viewer may count by.
    field: Any = Field(
        json_schema_extra={"pattern": by_pattern(layer)},
        description="Property whose values are counted",
    )
    return _with_filters(f"{layer.id.title()}Count", FilteredQuery, layer, by=(str, field))


def _with_filters[Q: FilteredQuery](name: str, base: type[Q], layer: Layer, **more: Any) -> type[Q]:
    filters: dict[str, Any] = {
        key: (str | None, Field(default=None, pattern=rule.pattern, description=rule.description))
        for key, rule in parameters(layer).items()
    }
    return create_model(name, __base__=base, **filters, **more)


async def refuse_repeated(request: Request) -> None:
    """A parameter given twice has no one meaning."""
    seen: set[str] = set()
    for name, _value in request.query_params.multi_items():
        if name in seen:
            raise Problem(400, f"the parameter {name!r} is given twice", parameter=name)
        seen.add(name)


Once = Depends(refuse_repeated)
