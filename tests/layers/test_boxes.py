"""A box takes the features that have a point in it, to the last digit of its corners."""

from typing import Any

import shapely
from sqlalchemy import Connection, Engine, text

from geo.dates import today
from layers import items
from layers.crs import Box
from layers.items import Form, Page, Selection
from layers.registry import LAYERS
from layers.statement import Statement
from tests.layers import prepared

COMPOUNDS = LAYERS["compounds"].seen_by("public")
STREETS = LAYERS["streets"].seen_by("public")
SHAPES = text("SELECT id, ST_AsBinary(geom) AS shape FROM registry.compound ORDER BY id")
NEAR, FINER = 1e-6, 1e-9


def shapes(connection: Connection) -> dict[int, shapely.Geometry]:
    return {row.id: shapely.from_wkb(bytes(row.shape)) for row in connection.execute(SHAPES)}


def asked(connection: Connection, statement: Statement) -> list[tuple[Any, ...]]:
    with connection.connection.cursor() as cursor:
        return prepared.rows(cursor, statement)


def boxes_about(shape: shapely.Geometry) -> list[Box]:
    """Boxes that end a hair before and behind each side of a shape, of several sizes."""
    west, south, east, north = shape.bounds
    made = []
    for hair in (NEAR, FINER, -NEAR, -FINER):
        for size in (1e-5, 1e-3, 0.05):
            made += [
                (west - size, south - size, west - hair, north + size),
                (east + hair, south - size, east + size, north + size),
                (west - size, south - size, east + size, south - hair),
                (west - size, north + hair, east + size, north + size),
            ]
    return [box for box in made if box[0] <= box[2] and box[1] <= box[3]]


def taken(connection: Connection, box: Box) -> set[int]:
    chosen = Selection(today(), boxes=(box,))
    statement = items.page(COMPOUNDS, chosen, Form(), Page(1000), counted=True)
    found = {row[0] for row in asked(connection, statement)}
    ((matched,),) = asked(connection, items.matched(COMPOUNDS, chosen))
    assert matched == len(found)
    return found


def test_hairs_beside_a_shape_are_told_apart(city: Engine) -> None:
    with city.connect() as connection:
        known = shapes(connection)
        tree, numbers = shapely.STRtree(list(known.values())), list(known)
        for one in list(known)[::250]:
            for box in boxes_about(known[one]):
                met = {numbers[i] for i in tree.query(shapely.box(*box), "intersects")}
                assert taken(connection, box) == met, (one, box)


def test_what_lies_wholly_in_a_box_is_taken_as_well(city: Engine) -> None:
    with city.connect() as connection:
        known = shapes(connection)
        west, south, east, north = shapely.total_bounds(list(known.values())[:300])
        box = (float(west), float(south), float(west + east) / 2, float(south + north) / 2)
        met = {one for one, shape in known.items() if shapely.box(*box).intersects(shape)}
        within = {one for one, shape in known.items() if shapely.box(*box).contains(shape)}
        assert within < met
        assert taken(connection, box) == met


def test_a_box_without_extent_is_a_point(city: Engine) -> None:
    with city.connect() as connection:
        known = shapes(connection)
        one, shape = next(iter(known.items()))
        inside = shape.representative_point()
        beside = (inside.x, shape.bounds[1] - NEAR)
        assert taken(connection, (inside.x, inside.y, inside.x, inside.y)) == {one}
        assert taken(connection, (*beside, *beside)) == set()
        assert one in taken(connection, (beside[0], beside[1], inside.x, inside.y))


def test_layers_without_narrow_tables_are_asked_alike(city: Engine) -> None:
    """Streets are wider than most boxes."""
    with city.connect() as connection:
        box = connection.execute(text(items.overview(STREETS).sql)).one()
        chosen = Selection(today(), boxes=((box.west, box.south, box.east, box.north),))
        ((matched,),) = asked(connection, items.matched(STREETS, chosen))
        ((of_all,),) = asked(connection, items.matched(STREETS, Selection(today())))
        assert matched == of_all > 0
