"""What is asked of every server: tiles where compounds are, pages, boxes, filters."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

ZOOMS = (6, 10, 12, 14)
TILES = 60
"""Tiles of one zoom; fewer where there are no more."""
PAGES = 12
PAGE = 100
BOXES = 12
IN_A_BOX = 600
MOST = 1000
"""As many as a page may hold."""
FILTERS = 24


@dataclass(frozen=True)
class Tile:
    """A tile of the web's grid."""

    z: int
    x: int
    y: int


@dataclass(frozen=True)
class Question:
    """Some compounds: a page of all, those that meet a box, or those of a district and star."""

    limit: int
    page: int = 0
    box: tuple[float, float, float, float] | None = None
    district: str | None = None
    star: int | None = None

    @property
    def filter(self) -> str | None:
        """The condition in CQL2 text."""
        if self.district is None:
            return None
        return f"district_code = '{self.district}' AND effective_star = {self.star}"


@dataclass(frozen=True)
class Case:
    """One kind of question, of which several are asked in turn."""

    name: str
    asked: tuple[Tile | Question, ...]

    @property
    def zoom(self) -> int | None:
        """That of its tiles."""
        first = self.asked[0]
        return first.z if isinstance(first, Tile) else None


_TILE = """
    floor((ST_X(label_point) + 180) / 360 * 2 ^ {z})::int AS x,
    floor((1 - asinh(tan(radians(ST_Y(label_point)))) / pi()) / 2 * 2 ^ {z})::int AS y"""
# Where many live many look: the tiles of compounds taken by chance, always the same.
_LOOKED_AT = """
    SELECT x, y FROM (
        SELECT {tile}, row_number() OVER (ORDER BY md5(id::text)) AS turn FROM registry.compound
    ) AS t GROUP BY x, y ORDER BY min(turn) LIMIT {tiles}"""
_FULLEST = """
    SELECT x, y FROM (SELECT {tile} FROM registry.compound) AS t
    GROUP BY x, y ORDER BY count(*) DESC, x, y LIMIT {tiles}"""
# Half the side of a square about a compound in which so many lie.
_BOXES = text("""
    SELECT ST_X(m.at) AS x, ST_Y(m.at) AS y, max(greatest(abs(n.dx), abs(n.dy))) AS half
    FROM (SELECT label_point AS at FROM registry.compound
          WHERE district_code = (SELECT min(district_code) FROM registry.compound)
          ORDER BY md5(id::text) LIMIT :boxes) AS m
    CROSS JOIN LATERAL (
        SELECT ST_X(c.label_point) - ST_X(m.at) AS dx, ST_Y(c.label_point) - ST_Y(m.at) AS dy
        FROM registry.compound AS c ORDER BY c.label_point <-> m.at LIMIT :inside) AS n
    GROUP BY m.at ORDER BY 1, 2""")
_FILTERS = text("""
    SELECT district_code, effective_star FROM bench.compounds
    WHERE effective_star IS NOT NULL AND district_code IS NOT NULL
    GROUP BY 1, 2 HAVING count(*) BETWEEN 5 AND 1000
    ORDER BY md5(district_code || effective_star) LIMIT :filters""")


def cases(database: Engine) -> list[Case]:
    """Everything that is measured under load."""
    with database.connect() as connection:
        made = [
            Case(f"tiles z {z}", tuple(_tiles(connection, _LOOKED_AT, z, TILES))) for z in ZOOMS
        ]
        held = connection.scalar(text("SELECT count(*) FROM registry.compound")) or 0
        boxes = connection.execute(_BOXES, {"boxes": BOXES, "inside": IN_A_BOX}).all()
        filters = connection.execute(_FILTERS, {"filters": FILTERS}).all()
    pages = min(PAGES, held // PAGE)
    return [
        *made,
        Case("items, page of 100", tuple(Question(PAGE, page=page) for page in range(pages))),
        Case(
            "items, box of about 600",
            tuple(Question(MOST, box=_box(*row)) for row in boxes),
        ),
        Case(
            "items, district and star",
            tuple(Question(PAGE, district=row[0], star=row[1]) for row in filters),
        ),
    ]


def fullest(database: Engine, zooms: Sequence[int], tiles: int = 5) -> list[Tile]:
    """The tiles of each zoom with the most compounds."""
    with database.connect() as connection:
        return [tile for z in zooms for tile in _tiles(connection, _FULLEST, z, tiles)]


def _tiles(connection: Connection, which: str, z: int, tiles: int) -> list[Tile]:
    sql = which.format(tile=_TILE.format(z=z), tiles=tiles)
    return [Tile(z, row.x, row.y) for row in connection.exec_driver_sql(sql)]


def _box(x: float, y: float, half: float) -> tuple[float, float, float, float]:
    # The circle that holds so many touches the square, whose corners hold more.
    side = half * 0.87
    return (
        *(round(x - side, 5), round(y - side, 5)),
        *(round(x + side, 5), round(y + side, 5)),
    )
