"""Features as they are sent to be written: GeoJSON around the body of a fact (OGC 20-002)."""

import math
from typing import Annotated, Any, Literal

import shapely
from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from api.documents import GEOJSON
from api.errors import Problem
from layers.crs import CRS84, CRSS, Crs
from oversight.writing.bodies.common import Body
from oversight.writing.resource import Resource

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
STATING = (GEOJSON, JSON)
"""What a whole feature may come as."""
CHANGING = (MERGE_PATCH, GEOJSON, JSON)
"""What a change of a feature may come as (RFC 7396, or a feature with only what changes)."""


class Place(BaseModel):
    """A point; in the reference system of Content-Crs, CRS84 unless it is given."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Point"]
    coordinates: tuple[float, float]


class Feature(BaseModel):
    """What features that are sent have in common.

    Members that GeoJSON lets be there, such as links, are not looked at, nor is ``id``: the address
    says which feature is meant.
    """

    model_config = ConfigDict(extra="ignore")

    type: Literal["Feature"] = "Feature"
    geometry: Place | None = Field(
        default=None, description="位置 · its place; none where the fact lies in its compound"
    )

    @model_validator(mode="after")
    def _of_one_place(self) -> "Feature":
        properties = getattr(self, "properties", None)
        if properties is not None and "point" in properties.model_fields_set:
            raise ValueError("point: the place of a feature is its geometry")
        return self


class _Whole(Feature):
    type: Literal["Feature"]


def whole(resource: Resource) -> type[Feature]:
    """A feature with all that is stated of a fact when it is entered."""
    return create_model(
        f"{resource.body.__name__}Feature",
        __base__=_Whole,
        properties=(resource.body, ...),
    )


def changed(resource: Resource) -> type[Feature]:
    """A feature with only what changes of a fact."""
    body = resource.correction
    return create_model(
        f"{body.__name__}Feature",
        __base__=Feature,
        properties=(body, Field(default_factory=body)),
    )


def stated(resource: Resource, feature: Any, crs: Crs) -> Body:
    """The body of the fact with the place of the feature.

    Problem 400 for a place that such a fact cannot have.
    """
    body: Body = feature.properties
    if "geometry" not in feature.model_fields_set:
        return body
    place: Place | None = feature.geometry
    if "point" in type(body).model_fields:
        return body.model_copy(update={"point": None if place is None else _stored(place, crs)})
    if place is not None:
        raise Problem(
            400,
            f"geometry: a {resource.one} has no place of its own, it is shown in its compound; "
            "leave geometry out, or send null",
            parameter="geometry",
        )
    return body


def _stored(place: Place, crs: Crs) -> tuple[float, float]:
    """The point in CRS84."""
    found = place.coordinates
    if all(map(math.isfinite, found)):
        point = crs.to_stored(shapely.Point(found))
        found = (point.x, point.y)
    longitude, latitude = found
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Problem(
            400,
            f"geometry = {list(place.coordinates)}: lies where {crs.uri} has no places; send "
            "Content-Crs with the system of the coordinates",
            parameter="geometry",
        )
    return found


def sent_as(*types: str) -> Any:
    """A dependency that refuses a body of other media types: 400 without any, 415."""

    async def check(request: Request) -> None:
        said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not said:
            raise Problem(
                400,
                f"say in Content-Type what is sent: {' or '.join(types)}",
                parameter="Content-Type",
            )
        if said not in types:
            header = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
            raise Problem(
                415,
                f"Content-Type = {said!r}: send {' or '.join(types)}",
                parameter="Content-Type",
                headers={header: ", ".join(types)},
            )

    return Depends(check)


def _content_crs(
    content_crs: Annotated[
        str | None,
        Header(max_length=200, description="Reference system of geometry; CRS84 unless given"),
    ] = None,
) -> Crs:
    """The reference system of what is sent (OGC 20-002, Content-Crs)."""
    if content_crs is None:
        return CRS84
    said = content_crs.strip().removeprefix("<").removesuffix(">")
    if said not in CRSS:
        raise Problem(
            400,
            f"Content-Crs = {said!r}: one of {', '.join(CRSS)}, within < and >",
            parameter="Content-Crs",
        )
    return CRSS[said]


ContentCrs = Annotated[Crs, Depends(_content_crs)]
