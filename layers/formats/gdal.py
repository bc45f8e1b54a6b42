"""FlatGeobuf and GeoPackage, written by GDAL from a stream of batches."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyogrio.raw import write_arrow

from layers.formats import arrow
from layers.formats.table import Row, Table

_SHAPES = {"multipolygon": "MultiPolygon", "point": "Point", "any": "Unknown", "none": "Point"}


def flatgeobuf(table: Table, batches: Iterable[Sequence[Row]], path: Path) -> None:
    """One layer, with a spatial index where every feature has a shape: GDAL indexes no others."""
    # GDAL sorts the features in a file of its own first: beside ours, where it is counted.
    options = {
        "TEMPORARY_DIR": str(path.parent),
        "TITLE": table.layer.title,
        "SPATIAL_INDEX": "YES" if table.layer.placed else "NO",
    }
    write(table, batches, path, "FlatGeobuf", layer_options=options)


def geopackage(table: Table, batches: Iterable[Sequence[Row]], path: Path) -> None:
    """One layer with a spatial index; the number of a feature is its row's."""
    options = {
        "FID": "id",
        "GEOMETRY_NAME": "geom",
        "IDENTIFIER": table.layer.title,
        "DESCRIPTION": table.layer.description,
    }
    write(table, batches, path, "GPKG", layer_options=options)


def write(
    table: Table,
    batches: Iterable[Sequence[Row]],
    path: Path,
    driver: str,
    *,
    names: Sequence[str] | None = None,
    encoding: str | None = None,
    layer_options: dict[str, str] | None = None,
) -> None:
    """Write rows with WKB by a driver of GDAL; ``names`` are the columns' where not their own.

    What ``batches`` raises is raised here.
    """
    fields = arrow.schema(table)
    renamed = pa.schema(
        [one.with_name(name) for one, name in zip(fields, names, strict=True)] if names else fields
    )
    failed: list[BaseException] = []

    def made() -> Iterator[pa.RecordBatch]:
        try:
            for rows in batches:
                found = arrow.batch(table, rows, fields)
                yield pa.record_batch(found.columns, schema=renamed)
        except BaseException as error:
            failed.append(error)
            raise

    try:
        write_arrow(
            pa.RecordBatchReader.from_batches(renamed, made()),
            path,
            driver=driver,
            layer=table.layer.id,
            geometry_name=arrow.GEOMETRY,
            geometry_type=_SHAPES[table.layer.geometry],
            crs=f"EPSG:{table.form.crs.srid}",
            encoding=encoding,
            layer_options=layer_options,
        )
    except Exception as error:
        # Through Arrow's interface in C only the text of it comes back.
        if failed:
            raise failed[0] from error
        raise
