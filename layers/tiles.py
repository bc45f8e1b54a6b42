"""Vector tiles of a layer: outlines, and one label point per feature (MVT 2.1)."""

from datetime import date

from layers.layer import Layer
from layers.statement import Statement, bind

EXTENT = 4096
BUFFER = 64
"""Units drawn beyond the tile's edge, so that outlines do not end at seams."""


def tile(layer: Layer, *, z: int, row: int, col: int, as_of: date) -> Statement:
    """One tile in WebMercatorQuad as bytes, empty where nothing lies.

    The outlines are left out below the layer's ``outline_min_zoom``. A label point is in the one
    tile that holds it (west and north edge included), never repeated at a seam.
    """
    attributes = ", ".join(f"f.{name}" for name in layer.drawn_attributes)
    parts = [_labels(layer, attributes)]
    if z >= layer.outline_min_zoom:
        parts.insert(0, _outlines(layer, attributes))
    if layer.lines:
        parts.append(_lines(layer))
    sql = f"""
        WITH bounds AS (
            SELECT tile,
                   ST_Transform(
                       ST_TileEnvelope(CAST(:zoom AS int), CAST(:col AS int), CAST(:row AS int),
                                       margin => {BUFFER / EXTENT}), 4326) AS box
            FROM ST_TileEnvelope(CAST(:zoom AS int), CAST(:col AS int), CAST(:row AS int)) AS tile
        )
        SELECT {" || ".join(parts)} AS mvt"""
    return bind(sql, {"as_of": as_of, "zoom": z, "col": col, "row": row})


def _outlines(layer: Layer, attributes: str) -> str:
    return f"""(
        SELECT COALESCE(ST_AsMVT(t, '{layer.id}', {EXTENT}, 'geom', 'id'), '')
        FROM (
            SELECT f.id, {attributes},
                   ST_AsMVTGeom(ST_Transform(f.geom, 3857), b.tile, {EXTENT}, {BUFFER}) AS geom
            FROM bounds AS b
            JOIN ({layer.drawn}) AS f ON f.reach && b.box
        ) AS t
        WHERE t.geom IS NOT NULL)"""


def _lines(layer: Layer) -> str:
    """Borders, each once: the dashes of two neighbours would fill each other's gaps."""
    return f"""(
        SELECT COALESCE(ST_AsMVT(t, '{layer.id}_line', {EXTENT}, 'geom'), '')
        FROM (
            SELECT ST_AsMVTGeom(ST_Transform(l.geom, 3857), b.tile, {EXTENT}, {BUFFER}) AS geom
            FROM bounds AS b
            CROSS JOIN LATERAL (
                SELECT ST_LineMerge(ST_UnaryUnion(ST_Collect(ST_Boundary(f.geom)))) AS geom
                FROM ({layer.drawn}) AS f
                WHERE f.reach && b.box
            ) AS l
        ) AS t
        WHERE t.geom IS NOT NULL)"""


def _labels(layer: Layer, attributes: str) -> str:
    return f"""(
        SELECT COALESCE(ST_AsMVT(t, '{layer.id}_label', {EXTENT}, 'geom', 'id'), '')
        FROM (
            SELECT l.id, {attributes.replace("f.", "l.")},
                   ST_AsMVTGeom(l.place, b.tile, {EXTENT}, {BUFFER}) AS geom
            FROM bounds AS b
            JOIN (
                SELECT f.*, ST_Transform(f.label_point, 3857) AS place
                FROM bounds AS b
                JOIN ({layer.drawn}) AS f ON f.label_point && b.box
            ) AS l ON ST_X(l.place) >= ST_XMin(b.tile) AND ST_X(l.place) < ST_XMax(b.tile)
                  AND ST_Y(l.place) > ST_YMin(b.tile) AND ST_Y(l.place) <= ST_YMax(b.tile)
        ) AS t)"""
