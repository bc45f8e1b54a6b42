"""Formats in which features are written to files, by the name that ``f`` gives them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.formats import kml, texts
from layers.formats.table import Encoder, Row, Table
from layers.items import Written

Save = Callable[[Table, Iterable[Sequence[Row]], Path], None]


@dataclass(frozen=True)
class Format:
    """A format: either an ``encoder`` whose pieces are sent as they come, or a file to ``save``.

    ``encodings`` are what texts may be written in where there is a choice, the first unless another
    is asked for; ``geometry`` tells whether there always is one, may be one, or never is.
    ``wgs84`` formats know no other reference system; ``most`` is how many features fit.
    """

    name: str
    media_type: str
    suffix: str
    title: str
    written: Written
    encoder: Callable[[Table], Encoder] | None = None
    save: Save | None = None
    encodings: tuple[str, ...] = ()
    geometry: bool | None = None
    wgs84: bool = False
    most: int | None = None
    parameters: str = ""

    @property
    def content_type(self) -> str:
        """The media type with its parameters, as the header Content-Type has it."""
        return "; ".join(filter(None, (self.media_type, self.parameters)))


def _parquet(table: Table) -> Encoder:
    from layers.formats.parquet import Parquet  # noqa: PLC0415 - pyarrow loads slowly

    return Parquet(table)


def _spreadsheet(table: Table) -> Encoder:
    from layers.formats.spreadsheet import Spreadsheet  # noqa: PLC0415 - openpyxl loads slowly

    return Spreadsheet(table)


def _flatgeobuf(table: Table, batches: Iterable[Sequence[Row]], path: Path) -> None:
    from layers.formats.gdal import flatgeobuf  # noqa: PLC0415 - GDAL loads slowly

    flatgeobuf(table, batches, path)


def _geopackage(table: Table, batches: Iterable[Sequence[Row]], path: Path) -> None:
    from layers.formats.gdal import geopackage  # noqa: PLC0415 - GDAL loads slowly

    geopackage(table, batches, path)


def _shapefile(table: Table, batches: Iterable[Sequence[Row]], path: Path) -> None:
    from layers.formats.shapefile import shapefile  # noqa: PLC0415 - GDAL loads slowly

    shapefile(table, batches, path)


_ALL = (
    Format(
        "geojson",
        "application/geo+json",
        ".geojson",
        "GeoJSON",
        "feature",
        encoder=texts.GeoJson,
    ),
    Format(
        "geojsonseq",
        "application/geo+json-seq",
        ".geojsons",
        "GeoJSON text sequence",
        "feature",
        encoder=texts.Sequences,
    ),
    Format(
        "ndjson",
        "application/x-ndjson",
        ".ndjson",
        "Newline-delimited GeoJSON",
        "feature",
        encoder=texts.Lines,
    ),
    Format(
        "csv",
        "text/csv",
        ".csv",
        "CSV",
        "wkt",
        encoder=texts.Csv,
        encodings=("utf-8", "utf-8-bom"),
        parameters="charset=utf-8; header=present",
    ),
    Format(
        "shp",
        "application/zip",
        ".shp.zip",
        "Shapefile",
        "wkb",
        save=_shapefile,
        encodings=("utf-8", "gbk"),
        geometry=True,
    ),
    Format(
        "fgb",
        "application/flatgeobuf",
        ".fgb",
        "FlatGeobuf",
        "wkb",
        save=_flatgeobuf,
        geometry=True,
    ),
    Format(
        "parquet",
        "application/vnd.apache.parquet",
        ".parquet",
        "GeoParquet",
        "wkb",
        encoder=_parquet,
    ),
    Format(
        "gpkg",
        "application/geopackage+sqlite3",
        ".gpkg",
        "GeoPackage",
        "wkb",
        save=_geopackage,
        geometry=True,
    ),
    Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
        "XLSX",
        "wkt",
        encoder=_spreadsheet,
        geometry=False,
        most=1_048_575,
    ),
    Format(
        "kml",
        "application/vnd.google-earth.kml+xml",
        ".kml",
        "KML",
        "kml",
        encoder=kml.Kml,
        wgs84=True,
    ),
)
FORMATS = {one.name: one for one in _ALL}
"""By name."""
