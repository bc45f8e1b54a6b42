"""KML, read by ourselves: GDAL turns the Chinese names of its data into underscores.

Every Placemark is a row: ``Name``, ``description``, ``Folder`` (the folders it lies in) and its
ExtendedData, both ``Data`` and ``SimpleData`` (OGC 12-007r2, 9.1.3 and 9.3). KML is in WGS 84 by
its standard, whatever is in it; so a file declares nothing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import pandas
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from geo.errors import AtlasError
from geo.imports.readers.delimited import detected
from geo.imports.readers.geometry import DEEPEST, TOO_DEEP, UNKNOWN
from geo.imports.table import ROWS_AT_ONCE, Chunk, Layout, Source

NAME, DESCRIPTION, FOLDER = "Name", "description", "Folder"
MOST_HEADINGS = 1_000

BAD_COORDINATES = "坐标无法读取 / the coordinates cannot be read"
_DEEPEST_ELEMENTS = 500
_BLOCK = 1 << 16
_SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"}
_UNREAD_SHAPES = {"Model", "Track", "MultiTrack"}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class _BrokenShapeError(Exception):
    """Why a Placemark's geometry cannot be read."""


@dataclass
class _Node:
    """An element of a geometry."""

    name: str
    parts: list["_Node"] = field(default_factory=list)
    text: str = ""


@dataclass
class _Placemark:
    values: dict[str, str] = field(default_factory=dict)
    shape: _Node | None = None
    second: bool = False


def source(path: Path, folder: str | None = None, encoding: str | None = None) -> Source:
    """Open a KML file; ``folder`` picks the placemarks of one folder.

    The whole is read once, for the headings. Raises AtlasError where it is no KML, cut short, or
    has no such folder.
    """
    known = encoding or _encoding(path)
    headings: dict[str, None] = {}
    folders: dict[str, None] = {}
    total = 0
    for mark in _placemarks(path, known):
        folders.update(dict.fromkeys(mark.values.get(FOLDER, "").split("/")))
        if folder is None or folder in mark.values.get(FOLDER, "").split("/"):
            total += 1
            headings.update(dict.fromkeys(name for name, value in mark.values.items() if value))
        if len(headings) > MOST_HEADINGS:
            raise AtlasError(f"{path.name} has more than {MOST_HEADINGS:,} kinds of data; split it")
    if folder is not None and not total:
        names = ", ".join(name for name in folders if name) or "none"
        raise AtlasError(f"{path.name} has no folder {folder!r}; its folders are {names}")
    layout = Layout(0, "", tuple(headings))

    def chunks() -> Iterator[Chunk]:
        waiting: list[_Placemark] = []
        first = 1
        for mark in _placemarks(path, known):
            if folder is None or folder in mark.values.get(FOLDER, "").split("/"):
                waiting.append(mark)
            if len(waiting) == ROWS_AT_ONCE:
                yield _chunk(layout, first, waiting)
                first, waiting = first + len(waiting), []
        yield _chunk(layout, first, waiting)

    return Source("KML", chunks, None, total)


def _chunk(layout: Layout, first: int, marks: list[_Placemark]) -> Chunk:
    shapes = np.full(len(marks), None, object)
    broken: dict[int, str] = {}
    closed: list[int] = []
    for at, mark in enumerate(marks):
        try:
            if mark.second:
                raise _BrokenShapeError(UNKNOWN)
            if mark.shape is not None:
                shapes[at] = _shape(mark.shape, partial(closed.append, at))
        except _BrokenShapeError as error:
            broken[at] = str(error)
    cells = pandas.DataFrame(
        {
            name: pandas.Series([mark.values.get(name) or None for mark in marks], dtype=object)
            for name in layout.headings
        },
        index=pandas.RangeIndex(len(marks)),
    )
    numbers = np.arange(first, first + len(marks), dtype=np.int64)
    return Chunk(layout, numbers, cells, shapes, broken, sorted(set(closed)))


def _shape(node: _Node, note_closed: Callable[[], None], depth: int = 1) -> Any:
    if depth > DEEPEST:
        raise _BrokenShapeError(TOO_DEEP)
    try:
        match node.name:
            case "Point":
                return shapely.Point(_corners(node)[0])
            case "LineString":
                return shapely.LineString(_corners(node))
            case "LinearRing":
                return shapely.LineString(_closed(_corners(node), note_closed))
            case "Polygon":
                return _polygon(node, note_closed)
            case "MultiGeometry":
                return _collected([_shape(part, note_closed, depth + 1) for part in node.parts])
    except (ShapelyError, ValueError, IndexError):
        raise _BrokenShapeError(BAD_COORDINATES) from None
    raise _BrokenShapeError(UNKNOWN)


def _polygon(node: _Node, note_closed: Callable[[], None]) -> Any:
    rings: dict[str, list[NDArray[np.float64]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for boundary in node.parts:
        for ring in boundary.parts:
            if boundary.name in rings and ring.name == "LinearRing":
                rings[boundary.name].append(_closed(_corners(ring), note_closed))
    return shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])


def _closed(corners: NDArray[np.float64], note_closed: Callable[[], None]) -> NDArray[np.float64]:
    if np.array_equal(corners[0], corners[-1]):
        return corners
    note_closed()
    return np.concatenate([corners, corners[:1]])


def _corners(node: _Node) -> NDArray[np.float64]:
    """Longitude, latitude and, unless all are zero, height; blanks about commas do not count."""
    text = next((part.text for part in node.parts if part.name == "coordinates"), "")
    tuples = [
        [float(number) for number in one.split(",")[:3]]
        for one in re.sub(r"\s*,\s*", ",", text).split()
    ]
    width = min(map(len, tuples))
    corners = np.array([one[:width] for one in tuples], float)
    if width < 2:
        raise ValueError(text)
    return corners[:, :2] if width == 3 and not corners[:, 2].any() else corners


def _collected(parts: list[Any]) -> Any:
    """Parts of one type as their multi-geometry, others as a collection."""
    kinds = {part.geom_type for part in parts}
    match kinds.pop() if len(kinds) == 1 else None:
        case "Polygon":
            return shapely.MultiPolygon(parts)
        case "Point":
            return shapely.MultiPoint(parts)
        case "LineString":
            return shapely.MultiLineString(parts)
    return shapely.GeometryCollection(parts)


def _encoding(path: Path) -> str:
    """What the file declares, if Python knows it; else what its bytes are."""
    with path.open("rb") as file:
        declared = _DECLARED.match(file.read(200).removeprefix(b"\xef\xbb\xbf"))
    if declared is None:
        return detected(path)
    name = declared[1].decode().lower()
    return {"gb2312": "gb18030", "gbk": "gb18030", "utf-8": "utf-8-sig"}.get(name, name)


def _placemarks(path: Path, encoding: str) -> Iterator[_Placemark]:
    reader = _Reader(path)
    try:
        with path.open(encoding=encoding) as file:
            while text := file.read(_BLOCK):
                reader.parser.Parse(text)
                yield from reader.taken()
        reader.parser.Parse("", True)
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise AtlasError(
            f"{path.name} cannot be read as KML ({error}); it may be cut short: send it again"
        ) from None
    yield from reader.taken()


class _Reader:
    """Collects placemarks while expat goes through the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Python gives expat text as UTF-8, whatever the file declares.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.names: list[str] = []
        self.folders: list[str] = []
        self.done: list[_Placemark] = []
        self.mark: _Placemark | None = None
        self.nodes: list[_Node] = []
        self.key = ""
        self.text: list[str] = []

    def taken(self) -> list[_Placemark]:
        done, self.done = self.done, []
        return done

    def _refuse(self, *_: object) -> None:
        raise AtlasError(f"{self.path.name} declares a document type, which no KML does")

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        name = full.rpartition(":")[2]
        if not self.names and name != "kml":
            raise AtlasError(f"{self.path.name} is no KML: it begins with <{full[:40]}>")
        if len(self.names) > _DEEPEST_ELEMENTS:
            raise AtlasError(f"{self.path.name} lies more than {_DEEPEST_ELEMENTS} elements deep")
        self.text = []
        if name == "Folder":
            self.folders.append("")
        elif name == "Placemark":
            self.mark = _Placemark()
        elif self.mark is not None:
            self._start_in_placemark(name, attributes)
        self.names.append(name)

    def _start_in_placemark(self, name: str, attributes: dict[str, str]) -> None:
        assert self.mark is not None  # noqa: S101 - told to mypy
        if self.nodes:
            self.nodes.append(_Node(name))
            self.nodes[-2].parts.append(self.nodes[-1])
        elif name in _SHAPES:
            self.mark.second |= self.mark.shape is not None
            self.mark.shape = _Node(name)
            self.nodes = [self.mark.shape]
        elif name in _UNREAD_SHAPES:
            self.mark.second = True
        elif name in {"Data", "SimpleData"}:
            self.key = attributes.get("name", "").strip()

    def _characters(self, text: str) -> None:
        self.text.append(text)

    def _end(self, _full: str) -> None:
        name = self.names.pop()
        text = "".join(self.text)
        parent = self.names[-1] if self.names else ""
        if name == "Placemark" and self.mark is not None:
            if folder := "/".join(filter(None, self.folders)):
                self.mark.values[FOLDER] = folder
            self.done.append(self.mark)
            self.mark = None
        elif name == "Folder":
            self.folders.pop()
        elif name == "name" and parent == "Folder":
            self.folders[-1] = text.strip()
        elif self.nodes:
            self.nodes.pop().text = text
        elif self.mark is not None:
            self._keep(self.mark, name, parent, text.strip())
        self.text = []

    def _keep(self, mark: _Placemark, name: str, parent: str, text: str) -> None:
        if parent == "Placemark" and name == "name":
            mark.values[NAME] = text
        elif parent == "Placemark" and name == "description":
            mark.values[DESCRIPTION] = text
        elif (name == "value" and parent == "Data") or name == "SimpleData":
            # Its own Name or Folder would hide the placemark's.
            key = self.key if self.key not in {NAME, DESCRIPTION, FOLDER} else f"{self.key} (2)"
            mark.values[key or "Data"] = text
