"""Pages for people: what a document says, in HTML that runs no script and loads one style sheet."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request, Response

from api.headers import DOCUMENT
from api.links import absolute

type Crumb = tuple[str, str, str]
"""A page above: path, and its name in Chinese and English."""

ABOVE_COLLECTIONS: tuple[Crumb, ...] = (("/", "小区图", "Compound Atlas"),)
ABOVE_COLLECTION: tuple[Crumb, ...] = (*ABOVE_COLLECTIONS, ("/collections", "图层", "Collections"))


def page(
    request: Request, template: str, /, *, above: Iterable[Crumb] = ABOVE_COLLECTIONS, **values: Any
) -> Response:
    """A page, by the name of its template; every value is escaped."""
    text = (
        _templates()
        .get_template(f"{template}.html")
        .render(root=absolute(request, ""), above=tuple(above), **values)
    )
    return Response(text, media_type="text/html", headers={"Vary": "Accept", **DOCUMENT})


def shown(value: Any) -> str:
    """A value as a table has it, in words that need no translation where that can be."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["shown"] = shown
    return made
