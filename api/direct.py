"""What everybody may have and asks for much, answered before anything is routed: tiles and pages.

Finding the route and its parameters takes as long as drawing a small tile. A tile that is asked for
plainly is meant by its path, a page of features by its path and parameters. All else, and whatever
is wrong, is passed on to the routes, which answer by the same functions.
"""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from types import SimpleNamespace

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.cache import COVER
from api.database import Seen
from api.parameters import PageQuery, page_query
from api.routes import features, tiles
from api.viewer import Viewer
from layers.grids import GRIDS
from layers.layer import Layer
from layers.registry import LAYERS
from layers.tiles import Place

_TILE = re.compile(r"/collections/([\w-]+)/tiles/(\w+)/(\d{1,2})/(\d{1,8})/(\d{1,8})", re.ASCII)
_PAGE = re.compile(r"/collections/([\w-]+)/items", re.ASCII)

type Answering = Callable[[], Awaitable[Response]]
"""What answers a request, once it is known what is meant."""


class Direct:
    """Pure ASGI, innermost: what is raised here is answered as what routes raise."""

    def __init__(self, routes: ASGIApp) -> None:
        """Wrap the routes."""
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        answering = _meant(Request(scope, receive)) if COVER in scope else None
        if answering is None:
            await self._routes(scope, receive, send)
            return
        answer = await answering()
        await answer(scope, receive, send)


def _meant(request: Request) -> Answering | None:
    return _tile(request) or _page(request)


def _tile(request: Request) -> Answering | None:
    """How the tile is drawn that is meant, where nothing is said besides."""
    scope = request.scope
    found = None if scope["query_string"] else _TILE.fullmatch(scope["path"])
    if found is None:
        return None
    layer, grid = _open(found[1]), GRIDS.get(found[2])
    if layer is None or grid is None or layer.geometry == "none":
        return None
    place = Place(grid, *(int(one) for one in found.groups()[2:]))
    there = grid.holds(place.z, place.row, place.col)
    if not there or not layer.min_zoom <= place.level <= layer.max_zoom:
        return None
    _declare(scope, f"/collections/{layer.id}/tiles/{grid.id}/{{z}}/{{row}}/{{col}}")
    return partial(_drawn, request, layer, place)


async def _drawn(request: Request, layer: Layer, place: Place) -> Response:
    database = Seen(request.app.state.database, Viewer(), purpose="tiles")
    return await tiles.drawn(request, database, [database.layer(layer)], place)


def _page(request: Request) -> Answering | None:
    """How the page of features is answered that is meant, where its parameters are right."""
    found = _PAGE.fullmatch(request.scope["path"])
    layer = None if found is None else _open(found[1])
    if layer is None:
        return None
    given = request.query_params.multi_items()
    named = dict(given)
    if len(named) < len(given):
        return None
    try:
        query = page_query(layer).model_validate(named)
    except ValidationError:
        return None
    _declare(request.scope, f"/collections/{layer.id}/items")
    return partial(_answered, request, layer, query)


async def _answered(request: Request, layer: Layer, query: PageQuery) -> Response:
    return await features.page(request, Seen(request.app.state.database, Viewer()), layer, query)


def _open(name: str) -> Layer | None:
    """The layer of that name, where it is everybody's."""
    layer = LAYERS.get(name)
    return layer if layer is not None and layer.readers is None else None


def _declare(scope: Scope, path: str) -> None:
    """Say of which declared route it is: logs and counts tell only those."""
    scope["route"] = SimpleNamespace(path=path)
