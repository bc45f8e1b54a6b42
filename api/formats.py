"""The format of an answer with features: which is asked for, whether it fits, what it is called."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from api.documents import FILES, PAGES
from api.downloads import attachment
from api.errors import Problem
from api.links import link
from api.negotiation import Form as Named
from api.negotiation import chosen
from api.parameters import ExportQuery, ListQuery
from layers.crs import CRS84
from layers.formats import FORMATS, Format
from layers.formats.table import Table
from layers.layer import Layer

GEOJSON = FORMATS["geojson"]


def of(form: Named) -> Format:
    """The format that a form of features is; pages for people show GeoJSON."""
    return FORMATS.get(form.name, GEOJSON)


def named(query: ExportQuery) -> Format:
    """The format of a whole collection: what ``f`` names, else GeoJSON.

    A link to a file leads to the same file whatever a browser would rather have.
    """
    return of(chosen(GEOJSON.name if query.f is None else query.f, None, FILES))


def table(layer: Layer, query: ListQuery, format_: Format) -> Table:
    """What is written; Problem 400 for what the format cannot hold."""
    form = query.form(layer)
    if format_.wgs84 and form.crs != CRS84:
        raise Problem(400, f"crs: {format_.title} knows no other than CRS84", parameter="crs")
    if format_.geometry and not form.geometry:
        raise Problem(
            400,
            f"skipGeometry: {format_.title} has a geometry; take csv or xlsx",
            parameter="skipGeometry",
        )
    geometry = form.geometry and format_.geometry is not False
    form = replace(form, written=format_.written, geometry=geometry)
    return Table(layer, form, _encoding(query.encoding, format_))


def fitting(layer: Layer, query: ListQuery) -> tuple[Named, ...]:
    """The forms in which a page that is asked for so can be answered."""
    if query.crs == CRS84.uri and not query.skipGeometry and query.encoding is None:
        return PAGES
    return tuple(form for form in PAGES if _fits(layer, query, of(form)))


def _fits(layer: Layer, query: ListQuery, format_: Format) -> bool:
    try:
        table(layer, query, format_)
    except Problem:
        return False
    return True


def _encoding(given: str | None, format_: Format) -> str:
    if given is None:
        return format_.encodings[0] if format_.encodings else "utf-8"
    if given not in format_.encodings:
        there = f"one of {', '.join(format_.encodings)}" if format_.encodings else "has none"
        raise Problem(
            400, f"encoding = {given!r}: with f={format_.name} {there}", parameter="encoding"
        )
    return given


def file_headers(made: Table, format_: Format, day: date) -> Mapping[str, str]:
    """The name of the file: the layer's and the day; and the reference system of what is in it."""
    layer = made.layer
    return {
        **attachment(f"{layer.title}-{day}{format_.suffix}", f"{layer.id}-{day}{format_.suffix}"),
        "Content-Crs": f"<{made.form.crs.uri}>",
    }


def enclosures(address: str) -> list[dict[str, str]]:
    """Links to the whole of a collection as files."""
    return [
        link(f"{address}/export?f={one.name}", "enclosure", one.media_type, one.title)
        for one in FORMATS.values()
    ]


def header(links: Iterable[Mapping[str, str]]) -> str:
    """Links of an answer that has no place for them (RFC 8288); addresses are ASCII."""
    said = (f'<{one["href"]}>; rel="{one["rel"]}"; type="{_quoted(one["type"])}"' for one in links)
    return ", ".join(said)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
