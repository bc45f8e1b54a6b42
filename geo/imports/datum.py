"""Which datum a file's coordinates are in: as told, as declared, or by evidence; never silently."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from geo import crs, dates
from geo.errors import AtlasError
from geo.imports import outlines
from geo.imports.city import ELSEWHERE
from geo.imports.coordinates import find_swapped
from geo.imports.outlines import Shapes

HYPOTHESES = ("wgs84", "gcj02", "bd09")
"""What is tried; ``wgs84`` stands for CGCS2000 too, which nothing known here tells apart."""

SAMPLE = 2000
"""At most so many shapes, spread over the file, are compared."""

MOST_CORNERS = 10_000
"""Larger shapes are left out of the comparison."""

MOST_ODD = 0.05
"""With a larger share of places that are no degrees or seem swapped nothing is decided."""

MATCH_IOU = 0.5
LEAST_MATCHES = 3
LEAST_SHARE = 0.2
NAMED_NEAR_M = 150.0
NAMED_FAR_M = 250.0
CLEARLY = 3.0
"""The second best must be this many times worse. See :class:`Evidence`."""

TITLES = {
    "wgs84": ("WGS 84 / CGCS2000", "WGS 84 / CGCS2000"),
    "gcj02": ("GCJ-02（火星坐标）", "GCJ-02"),
    "bd09": ("BD-09（百度）", "BD-09 (Baidu)"),
}

_FIGURES = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
_REACH = text(
    "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(geom) AS e"
    " FROM registry.district_boundary WHERE superseded_at IS NULL"
    " AND (CAST(:city AS text) IS NULL OR city_code = :city)) AS districts"
)


@dataclass(frozen=True)
class Figures:
    """How well the sample fits what is known, read in one datum.

    ``whole`` of the ``shapes`` lie wholly inside one district. Of the ``areas`` among them
    ``matched`` overlap a known compound with an IoU of :data:`MATCH_IOU` or more, and ``iou`` is
    the mean over all. ``named`` have the name of a known compound, half of them within ``metres``.
    """

    datum: str
    shapes: int = 0
    whole: int = 0
    areas: int = 0
    matched: int = 0
    iou: float | None = None
    named: int = 0
    metres: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What speaks for which datum. ``best`` is the likeliest, None where nothing speaks for any.

    There are three witnesses. *Outlines* name the datum in which at least :data:`LEAST_MATCHES`
    areas, and :data:`LEAST_SHARE` of them, match known compounds, three times as many as in any
    other. *Names* name the one in which half of at least :data:`LEAST_MATCHES` same-named compounds
    lie within :data:`NAMED_NEAR_M`, and beyond :data:`NAMED_FAR_M` and three times as far in all
    others. *District lines* name the one in which ten more shapes lie wholly inside one district
    than in any other and at most a quarter as many do not. The evidence is ``decisive`` when
    outlines or names name a datum, no witness names another, and at most :data:`MOST_ODD` of the
    sample is ``swapped`` or ``not_degrees``. Lines alone never decide: where all compounds lie on
    one side of a line that is drawn badly, a wrong datum may move them off it.
    """

    figures: tuple[Figures, ...]
    best: str | None
    decisive: bool
    swapped: int = 0
    not_degrees: int = 0

    def sentences(self, language: str) -> list[str]:
        """Lines to read, in ``zh`` or ``en``: one for each datum, then what follows from them."""
        chinese = language == "zh"
        lines = [_sentence(one, chinese) for one in self.figures if one.shapes]
        for count, (zh, en) in (
            (self.not_degrees, _NOT_DEGREES),
            (self.swapped, _SWAPPED),
        ):
            if count:
                lines.append((zh if chinese else en).format(count=f"{count:,}"))
        zh, en = _DECISIVE if self.decisive else _OPEN if self.best else _NOTHING
        title = TITLES[self.best][0 if chinese else 1] if self.best else ""
        return [*lines, (zh if chinese else en).format(best=title)]

    def as_json(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        return asdict(self) | {"figures": [asdict(one) for one in self.figures]}


_NOT_DEGREES = (
    "{count} 个图形的坐标不是经纬度，像是投影坐标；请用 --datum EPSG:n 说明",
    "{count} shapes are not in degrees but perhaps in metres of a projection; name it: EPSG:n",
)
_SWAPPED = (
    "{count} 个图形的经纬度似乎颠倒",
    "{count} shapes seem to have latitude before longitude",
)
_DECISIVE = ("结论：{best}", "so it is {best}")
_OPEN = (
    "最接近 {best}，但证据不足以断定",
    "{best} fits best, but not so much better that it could be relied on",
)
_NOTHING = (
    "已有区划和小区不足以判断坐标系",
    "nothing that is known here tells the datums apart",
)


def guess(
    connection: Connection,
    shapes: Shapes,
    city: str | None,
    names: Sequence[str] | None = None,
) -> Evidence:
    """Compare shapes with district lines and known compounds, as if they were in each datum.

    ``shapes`` are as in the file, longitude before latitude; ``names`` theirs, where there are any.
    ``city`` limits what they are compared with. Nothing is written.
    """
    city = None if city == ELSEWHERE else city
    picked = np.unique(np.linspace(0, len(shapes) - 1, min(SAMPLE, len(shapes))).astype(int))
    sample = np.asarray(shapes, dtype=object)[picked]
    named = None if names is None else [names[i] or None for i in picked]
    reach = connection.execute(_REACH, {"city": city}).one()
    within = None if reach[0] is None else (reach[0], reach[1], reach[2], reach[3])
    swapped = find_swapped(sample, np.arange(len(sample)), within)
    west, south, east, north = np.abs(shapely.bounds(sample)).T
    usable = (np.maximum(west, east) <= 180) & (np.maximum(south, north) <= 90)
    lost = int((~usable & np.isfinite(west + south + east + north)).sum())
    figures = _figures(connection, sample, usable, city, named)
    best, decisive = _verdict(figures)
    return Evidence(
        figures=figures,
        best=best,
        decisive=decisive and len(swapped) + lost <= MOST_ODD * len(sample),
        swapped=len(swapped),
        not_degrees=max(0, lost - len(swapped)),
    )


def declared_or_ask(source_crs: str | None, option: str | None, file: str) -> str:
    """The datum asked for (``option``), else the one the file declares.

    Returns a name of :data:`geo.crs.DATUMS`, ``EPSG:n`` or WKT. Raises AtlasError, which asks for
    ``--datum``, where there is neither, and where either is not known.
    """
    if option is not None:
        return crs.parse_datum(option)
    if source_crs is not None:
        try:
            return crs.parse_datum(source_crs)
        except AtlasError as error:
            raise AtlasError(
                f"{file} declares a system of coordinates of its own: {error}"
            ) from None
    raise AtlasError(
        f"{file} does not say which datum its coordinates are in; give --datum with one of"
        f" {', '.join(crs.DATUMS)} or EPSG:n, or let --datum guess compare it with what is known"
    )


def _figures(
    connection: Connection,
    sample: Shapes,
    usable: Any,
    city: str | None,
    names: list[str | None] | None,
) -> tuple[Figures, ...]:
    shapes = sample.copy()
    shapes[~usable] = None
    shapes = _comparable(shapes)
    chosen = np.flatnonzero(~shapely.is_missing(shapes))
    if not len(chosen):
        return tuple(Figures(datum) for datum in HYPOTHESES)
    shapes = shapes[chosen]
    read = {datum: crs.to_wgs84(shapes, datum) for datum in HYPOTHESES}
    told = [None if names is None else names[i] for i in chosen]
    rows = connection.execute(
        _FIGURES,
        {
            "datums": [datum for datum in HYPOTHESES for _ in chosen],
            "shapes": [wkb for one in read.values() for wkb in shapely.to_wkb(one, hex=True)],
            "names": told * len(HYPOTHESES),
            "city": city,
            "on": dates.today(),
            "match": MATCH_IOU,
        },
    )
    found = {row.datum: Figures(**row._mapping) for row in rows}
    return tuple(found[datum] for datum in HYPOTHESES)


def _comparable(shapes: Shapes) -> Shapes:
    """Valid points, lines and areas; closed lines as areas; None for what cannot be compared."""
    made = shapely.force_2d(shapes)
    made[shapely.is_empty(made) | (shapely.get_num_coordinates(made) > MOST_CORNERS)] = None
    lines = np.flatnonzero(shapely.get_type_id(made) == outlines.LINE)
    areas, _ = outlines.close_lines(made[lines])
    closed = ~shapely.is_missing(areas)
    made[lines[closed]] = areas[closed]
    for position in np.flatnonzero(~shapely.is_missing(made) & ~shapely.is_valid(made)).tolist():
        if outlines.tangled(made[position]):
            made[position] = None
    wrong = np.flatnonzero(~shapely.is_missing(made) & ~shapely.is_valid(made))
    made[wrong] = outlines.made_valid(made[wrong])
    mixed = np.flatnonzero(shapely.get_type_id(made) == outlines.COLLECTION)
    made[mixed], _ = outlines.polygon_parts(made[mixed])
    made[shapely.is_empty(made)] = None
    return np.asarray(made)


def _verdict(figures: tuple[Figures, ...]) -> tuple[str | None, bool]:
    """The likeliest datum, and whether the witnesses leave no doubt."""
    strong = _by_outlines(figures) or _by_names(figures)
    voices = {_by_outlines(figures), _by_names(figures), _by_lines(figures)} - {None}
    if voices:
        return strong or _by_lines(figures), len(voices) == 1 and strong is not None
    likeliest = max(figures, key=lambda one: (one.matched, one.whole))
    ties = sum((one.matched, one.whole) == (likeliest.matched, likeliest.whole) for one in figures)
    return (likeliest.datum if ties == 1 else None), False


def _by_outlines(figures: tuple[Figures, ...]) -> str | None:
    best, others = _first(figures, lambda one: -one.matched)
    enough = best.matched >= max(LEAST_MATCHES, LEAST_SHARE * best.areas)
    clear = all(best.matched >= CLEARLY * one.matched for one in others)
    return best.datum if enough and clear else None


def _by_names(figures: tuple[Figures, ...]) -> str | None:
    if any(one.metres is None or one.named < LEAST_MATCHES for one in figures):
        return None
    best, others = _first(figures, lambda one: one.metres or 0.0)
    metres = best.metres or 0.0
    far = max(NAMED_FAR_M, CLEARLY * metres)
    clear = metres <= NAMED_NEAR_M and all((one.metres or 0.0) >= far for one in others)
    return best.datum if clear else None


def _by_lines(figures: tuple[Figures, ...]) -> str | None:
    best, others = _first(figures, lambda one: -one.whole)
    clear = all(
        best.whole - one.whole >= 10 and 4 * (best.shapes - best.whole) <= one.shapes - one.whole
        for one in others
    )
    return best.datum if clear else None


def _first(
    figures: tuple[Figures, ...], order: Callable[[Figures], float]
) -> tuple[Figures, list[Figures]]:
    best, *others = sorted(figures, key=order)
    return best, others


def _sentence(one: Figures, chinese: bool) -> str:
    title = TITLES[one.datum][0 if chinese else 1]
    parts = [
        f"{one.shapes:,} 个图形中 {one.whole:,} 个完全位于一个县（市）区内"
        if chinese
        else f"{one.whole:,} of {one.shapes:,} shapes lie wholly in one district"
    ]
    if one.areas:
        iou = one.iou or 0.0
        parts.append(
            f"{one.matched:,} 个与已有小区吻合（平均交并比 {iou:.2f}）"
            if chinese
            else f"{one.matched:,} match a known compound (mean IoU {iou:.2f})"
        )
    if one.named and one.metres is not None:
        parts.append(
            f"{one.named:,} 个同名小区相距 {one.metres:,.0f} 米（中位数）"
            if chinese
            else f"{one.named:,} of a known name lie {one.metres:,.0f} m from it (median)"
        )
    return f"{title}：{'，'.join(parts)}" if chinese else f"{title}: {', '.join(parts)}"
