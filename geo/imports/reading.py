"""From a file's chunks to checked rows: headings, values, shapes in EPSG:4326, problems."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

import numpy as np
import pandas
from numpy.typing import NDArray

from geo import crs
from geo.errors import AtlasError
from geo.imports import mapping, rows, shapes, template
from geo.imports.given_back import GivenBack, given_back
from geo.imports.mapping import Mapping
from geo.imports.options import Options
from geo.imports.problems import Problem
from geo.imports.profile import Profile
from geo.imports.readers.rows import torn_rows
from geo.imports.shapes import Mended
from geo.imports.table import Chunk, Layout, Source


@dataclass
class Prepared:
    """Checked rows of one chunk. ``shapes`` are in EPSG:4326; None where the kind has none.

    Rows with a problem are among ``problems`` and not among the rest. ``held`` are rows that come
    back from quarantine, with the number they were held under; ``discarded`` such numbers that a
    person gave up. ``skipped`` counts those and worked examples.
    """

    layout: Layout
    read: int
    skipped: int
    rows: NDArray[np.int64]
    values: pandas.DataFrame
    shapes: NDArray[Any] | None
    approximate: NDArray[np.bool_] | None
    decisions: list[str | None] | None
    held: dict[int, int]
    discarded: set[int]
    problems: list[Problem]
    repairs: dict[str, list[tuple[int, float]]]


@dataclass
class Reading:
    """How one file is read. ``datum`` may be set after construction, before :meth:`prepared`.

    ``reach`` is the extent (west, south, east, north) of the loaded districts; ``kept`` gives the
    shapes of held rows that come back without one, by their number.
    """

    source: Source
    profile: Profile
    options: Options
    datum: str | None = None
    reach: tuple[float, float, float, float] | None = None
    kept: dict[int, Any] = field(default_factory=dict)
    mappings: dict[int, Mapping] = field(default_factory=dict)
    layouts: dict[int, Layout] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def chunks(self) -> Iterator[tuple[Chunk, Mapping]]:
        """The chunks of sheets that are of this kind, each with its headings matched.

        Raises AtlasError where no sheet is.
        """
        refused: AtlasError | None = None
        for chunk in self.source.chunks():
            if template.is_notes(chunk.layout):
                continue
            index = chunk.layout.index
            if index not in self.layouts:
                self.layouts[index] = chunk.layout
                try:
                    self.mappings[index] = mapping.match(
                        chunk.layout, self.profile, self.options.mapping
                    )
                except AtlasError as error:
                    refused = refused or error
                    self.left_out[chunk.layout.sheet] = str(error)
            if index in self.mappings:
                yield chunk, self.mappings[index]
        if refused and not self.mappings:
            raise refused

    def has_shapes(self, chunk: Chunk, matched: Mapping) -> bool:
        """Whether the chunk brings coordinates that this kind wants."""
        if self.profile.geometry is None:
            return False
        return chunk.shapes is not None or bool(
            {"longitude", "latitude", "wkt"} & matched.columns.keys()
        )

    def sample(self, count: int) -> tuple[NDArray[Any], list[str] | None] | None:
        """Up to so many shapes as the file has them, with their names; None if there are none."""
        found: list[Any] = []
        names: list[str] = []
        for chunk, matched in self.chunks():
            if not self.has_shapes(chunk, matched):
                continue
            checked = rows.check(chunk, matched, self.profile)
            raw, _ = self._raw_shapes(chunk, matched, checked.values)
            known = np.array([shape is not None for shape in raw], bool)
            found += list(raw[known])
            if "name" in checked.values:
                names += checked.values["name"][known].fillna("").astype(str).tolist()
            if len(found) >= count:
                break
        if not found:
            return None
        named = names[:count] if len(names) == len(found) else None
        return np.array(found[:count], dtype=object), named

    def prepared(self) -> Iterator[Prepared]:
        """Checked chunks in order, each made while the caller is still busy with the one before."""
        ready: Queue[Prepared | BaseException | None] = Queue(maxsize=2)
        ended = False

        def work() -> None:
            try:
                for chunk, matched in self.chunks():
                    if ended:
                        return
                    ready.put(self._prepare(chunk, matched))
                ready.put(None)
            except BaseException as error:
                ready.put(error)

        worker = Thread(target=work, daemon=True)
        worker.start()
        try:
            while (item := ready.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            ended = True
            while worker.is_alive():
                with suppress(Empty):
                    ready.get(timeout=0.1)

    def _prepare(self, chunk: Chunk, matched: Mapping) -> Prepared:
        count = len(chunk.numbers)
        back = given_back(chunk, matched)
        examples = template.are_examples(self.profile, chunk, matched)
        discarded = {number for number, lost in zip(back.held, back.discarded, strict=True) if lost}
        keep = ~(examples | np.array(back.discarded, bool))
        chunk, back = taken(chunk, keep), back.taken(keep)
        checked = rows.check(chunk, matched, self.profile)
        problems = [*checked.problems, *torn_rows(chunk)]
        mended = self._shapes(chunk, matched, checked.values, back, problems)
        bad = {problem.row for problem in problems}
        good = np.array([row not in bad for row in chunk.rows.tolist()], bool)
        return Prepared(
            layout=chunk.layout,
            read=count,
            skipped=count - len(chunk.numbers),
            rows=chunk.rows[good],
            values=checked.values[good],
            shapes=mended.shapes[good] if mended else None,
            approximate=mended.approximate[good] if mended else None,
            decisions=back.taken(good).decisions if matched.decision else None,
            held={row: n for row, n in zip(chunk.rows.tolist(), back.held, strict=True) if n},
            discarded=discarded - {0},
            problems=problems,
            repairs=mended.repairs if mended else {},
        )

    def _shapes(
        self,
        chunk: Chunk,
        matched: Mapping,
        values: pandas.DataFrame,
        back: GivenBack,
        problems: list[Problem],
    ) -> Mended | None:
        """The chunk's shapes in EPSG:4326, mended; what is wrong with them goes to ``problems``."""
        geometry = self.profile.geometry
        stored = [self.kept.get(number) for number in back.held]
        if geometry is None:
            return None
        if not self.has_shapes(chunk, matched) and not any(stored):
            if geometry.required:
                raise AtlasError(
                    f"{self.profile.name_en} need outlines, and this file has neither shapes nor "
                    "columns with longitude and latitude or WKT; name them with --map 列=field"
                )
            return None
        raw, wrong = self._raw_shapes(chunk, matched, values)
        if self.datum is not None:
            wrong += shapes.find_swapped(raw, chunk.rows, self.reach) if self._in_degrees() else []
            raw = crs.to_wgs84(raw, self.datum)
        for position, shape in enumerate(stored):
            if raw[position] is None and shape is not None:
                raw[position] = shape
        problems += wrong
        told = {problem.row for problem in wrong}
        mended = shapes.mend(raw, chunk.rows, geometry, chunk.broken)
        if chunk.closed:
            mended.repairs["ring_closed"] = [(int(chunk.rows[at]), 1.0) for at in chunk.closed]
        problems += [problem for problem in mended.problems if problem.row not in told]
        return mended

    def _raw_shapes(
        self, chunk: Chunk, matched: Mapping, values: pandas.DataFrame
    ) -> tuple[NDArray[Any], list[Problem]]:
        """The shapes in the file's own coordinates, from geometries or from columns."""
        if chunk.shapes is not None:
            return chunk.shapes.copy(), []
        nothing = pandas.Series([None] * len(chunk.numbers), dtype=object)
        longitude, latitude, wkt = (
            values[name] if name in matched.columns else nothing
            for name in ("longitude", "latitude", "wkt")
        )
        return shapes.from_columns(longitude, latitude, wkt, chunk.rows)

    def _in_degrees(self) -> bool:
        return self.datum is not None and crs.in_degrees(self.datum)


def taken(chunk: Chunk, keep: NDArray[np.bool_]) -> Chunk:
    """The chunk with only the rows that are kept."""
    if keep.all():
        return chunk
    new_position = np.cumsum(keep) - 1
    return Chunk(
        chunk.layout,
        chunk.numbers[keep],
        chunk.cells[keep].reset_index(drop=True),
        None if chunk.shapes is None else chunk.shapes[keep],
        {int(new_position[at]): why for at, why in chunk.broken.items() if keep[at]},
        [int(new_position[at]) for at in chunk.closed if keep[at]],
        {int(new_position[at]): count for at, count in chunk.torn.items() if keep[at]},
    )
