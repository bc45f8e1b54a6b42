"""Query parameters that several routes take, checked before anything is asked of the database."""

import math
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from api.errors import Problem
from geo.dates import today
from layers.items import Box
from layers.layer import Layer

MAX_LIMIT = 1000

FeatureId = Annotated[int, Path(ge=1, le=2**63 - 1, description="Number of the feature")]


class Strict(BaseModel):
    """A set of query parameters; one that is not among them is refused."""

    model_config = ConfigDict(extra="forbid")


class NoParameters(Strict):
    """The route takes no query parameters."""


def parse_boxes(raw: str) -> tuple[Box, ...]:
    """``bbox`` (OGC API Features, 7.15.3): west,south,east,north, or six numbers with heights.

    A box whose west is greater than its east crosses the antimeridian and becomes two. Raises
    ValueError saying what is wrong.
    """
    try:
        numbers = [float(word) for word in raw.split(",")]
    except ValueError:
        raise ValueError("must be numbers west,south,east,north") from None
    if len(numbers) not in (4, 6):
        raise ValueError(f"must be 4 or 6 numbers, not {len(numbers)}")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("must be finite numbers")
    west, south = numbers[:2]
    east, north = (numbers[2], numbers[3]) if len(numbers) == 4 else (numbers[3], numbers[4])
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise ValueError("longitudes must be between -180 and 180")
    if not -90 <= south <= north <= 90:
        raise ValueError("latitudes must be between -90 and 90, south not above north")
    if west > east:
        return ((west, south, 180.0, north), (-180.0, south, east, north))
    return ((west, south, east, north),)


def _checked_bbox(raw: str) -> str:
    parse_boxes(raw)
    return raw


class FilteredQuery(Strict):
    """What narrows a layer anywhere: a box. Each layer adds its own filters."""

    bbox: Annotated[str, AfterValidator(_checked_bbox)] | None = Field(
        default=None, description="west,south,east,north in WGS 84 degrees"
    )

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The box, or two where it crosses the antimeridian."""
        return parse_boxes(self.bbox) if self.bbox else ()

    def sent(self, layer: Layer) -> dict[str, str]:
        """The layer's own filters that were given; Problem 400 for what the viewer may not ask."""
        given = {name: getattr(self, name) for name in self.model_fields_set - _ANYWHERE}
        sent = {name: value for name, value in given.items() if value is not None}
        for name in sent:
            if name not in layer.filters:
                raise Problem(
                    400,
                    f"the parameter {name!r} is not known here; /docs lists those that are",
                    parameter=name,
                )
        return sent


class PageQuery(FilteredQuery):
    """A page of features."""

    limit: int = Field(
        default=100,
        ge=1,
        description="Features on a page; more than the maximum gives the maximum",
        json_schema_extra={"maximum": MAX_LIMIT},
    )
    next: str | None = Field(default=None, max_length=200, description="Cursor of the next page")
    skipGeometry: bool = Field(default=False, description="Leave the geometries out")  # noqa: N815


_ANYWHERE = {*PageQuery.model_fields, "by"}


class AsOfQuery(Strict):
    """The day for which is asked; today in Asia/Shanghai unless given."""

    as_of: date = Field(default_factory=today, description="Day, YYYY-MM-DD")


def page_query(layer: Layer) -> type[PageQuery]:
    """The page parameters with the layer's filters."""
    return _with_filters(f"{layer.id.title()}Page", PageQuery, layer)


def count_query(layer: Layer) -> type[FilteredQuery]:
    """The count parameters with the layer's filters."""
    pattern = f"^({'|'.join(layer.countable)})$"
    by = (str, Field(pattern=pattern, description="Property whose values are counted"))
    return _with_filters(f"{layer.id.title()}Count", FilteredQuery, layer, by=by)


def _with_filters[Q: FilteredQuery](name: str, base: type[Q], layer: Layer, **more: Any) -> type[Q]:
    filters: dict[str, Any] = {
        key: (str | None, Field(default=None, pattern=rule.pattern, description=rule.description))
        for key, rule in layer.filters.items()
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
