"""Documents that programs read as JSON and people as a page: their forms, and the links to them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from api import pages
from api.links import link, with_parameters
from api.negotiation import Form, chosen
from layers.formats import FORMATS

HTML = Form("html", "text/html")
DOCUMENT = (Form("json", "application/json"), HTML)
"""Forms of what describes."""

SCHEMA = "application/schema+json"
GEOJSON = "application/geo+json"
FEATURES = (Form("geojson", GEOJSON), Form("json", GEOJSON), HTML)
"""Forms of a feature."""
FILES = tuple(Form(one.name, one.media_type) for one in FORMATS.values())
"""Forms of a whole collection."""
PAGES = (*FEATURES, *(form for form in FILES if form.media_type != GEOJSON))
"""Forms of a page of features."""


def form_field(forms: Sequence[Form]) -> Any:
    """The query parameter ``f``, described; :func:`form_of` decides what it means."""
    return Field(
        default=None,
        description="Form of the answer; where it is not said, the header Accept decides",
        json_schema_extra={"enum": [form.name for form in forms]},
    )


def form_of(request: Request, f: str | None, forms: Sequence[Form] = DOCUMENT) -> Form:
    """The form in which to answer; Problem 400 where ``f`` names none of them."""
    return chosen(f, ",".join(request.headers.getlist("accept")), forms)


def representations(
    request: Request, form: Form, forms: Sequence[Form] = DOCUMENT
) -> list[dict[str, str]]:
    """Links to what is asked for: in this form, and in every other media type there is."""
    others = [one for one in distinct(forms) if one.media_type != form.media_type]
    bare = with_parameters(request, f=None)
    here = with_parameters(request) if "f" in request.query_params else bare
    begun = f"{bare}{'&' if '?' in bare else '?'}f="
    return [
        link(here, "self", form.media_type, "This document"),
        *(link(f"{begun}{one.name}", "alternate", one.media_type, one.name) for one in others),
    ]


@cache
def distinct(forms: Sequence[Form]) -> tuple[Form, ...]:
    """The first name of each media type."""
    first = {form.media_type: form for form in reversed(forms)}
    return tuple(form for form in forms if first[form.media_type] == form)


def answer(
    request: Request, form: Form, document: Mapping[str, Any], template: str, **more: Any
) -> Response:
    """The document as JSON, or drawn by a template of :mod:`api.pages`."""
    if form == HTML:
        return pages.page(request, template, document=document, **more)
    return JSONResponse(document, media_type=form.media_type, headers={"Vary": "Accept"})


def responses(forms: Sequence[Form]) -> dict[int | str, dict[str, Any]]:
    """The forms of an answer as the description of the API tells them."""
    types = {form.media_type: _schema(form.media_type) for form in forms}
    return {200: {"content": {name: {"schema": schema} for name, schema in types.items()}}}


def _schema(media_type: str) -> dict[str, str]:
    return {"type": "object" if media_type.endswith("json") else "string"}
