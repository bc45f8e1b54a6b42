"""How long an office's file of 500,000 compounds takes, beside what only copies it into a table.

    ATLAS_DATABASE_URL=$(.venv/bin/atlas db url) .venv/bin/python bench/imports.py [COUNT]

Makes polygons of 24 corners in Yinchuan's districts (none overlap, the seed is fixed), writes them
as GeoPackage and GeoParquet, and loads each in a process of its own into a database that is dropped
at the end: into a bare table by ogr2ogr (GDAL's own, where installed; it reads no Parquet) and by
GeoDataFrame.to_postgis, then by the import with all it does, and by the import once more, which
finds everything as it was. Prints seconds, the ratio to ogr2ogr (to to_postgis for Parquet), the
steps of the import and the peak memory of the loading process.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from sqlalchemy import Engine, make_url, text

from geo import boundaries, migrate
from geo.database import engine
from geo.imports.options import Options
from geo.imports.run import run
from oversight import catalogue

DATABASE = "atlas_bench_imports"
CORNERS = 24
SPACING, NARROWEST, WIDEST = 112.0, 25.0, 52.0
UTM = 32648


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=500_000)
    parser.add_argument("--folder", type=Path, help="keep the files there and use them again")
    parser.add_argument("--load", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.load:
        load(*given.load)
        return
    url = os.environ["ATLAS_DATABASE_URL"]
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as made:
        folder = given.folder or Path(made)
        files = written(folder, given.count)
        target = fresh(url)
        try:
            for path in files:
                compare(target, path)
        finally:
            target.dispose()
            drop(url)


def compare(target: Engine, path: Path) -> None:
    """Load a file in every way that can read it, and print the times."""
    peer: float | None = None
    ways = ["ogr2ogr", "to_postgis", "import", "import again"]
    print(f"\n{path.name}, {path.stat().st_size / 2**20:,.0f} MiB")
    print("| way | seconds | ratio | peak memory |\n|---|---|---|---|")
    for way in ways:
        if way == "ogr2ogr" and (path.suffix != ".gpkg" or not shutil.which("ogr2ogr")):
            continue
        told = in_a_process(target, way, path)
        peer = peer or told["seconds"]
        memory = f"{told['memory'] / 1024:,.0f} MiB"
        print(f"| {way} | {told['seconds']:.1f} | {told['seconds'] / peer:.1f} | {memory} |")
        if steps := told.get("steps"):
            print("|", ", ".join(f"{step} {spent:.1f}" for step, spent in steps.items()), "| | | |")
            print("|", told["rows"], "| | | |", flush=True)
    with target.begin() as connection:
        connection.execute(text("DROP TABLE bare; TRUNCATE registry.compound CASCADE"))


def in_a_process(target: Engine, way: str, path: Path) -> dict[str, Any]:
    url = target.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, __file__, "--load", way, str(path), url],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def load(way: str, path: str, url: str) -> None:
    """In the child: load and tell seconds, peak memory (KiB) and, of an import, its report."""
    ways: dict[str, Callable[[Path, str], dict[str, Any]]] = {
        "ogr2ogr": by_ogr2ogr,
        "to_postgis": by_to_postgis,
        "import": by_import,
        "import again": by_import,
    }
    began = time.perf_counter()
    told = ways[way](Path(path), url)
    told["seconds"] = time.perf_counter() - began
    told.setdefault("memory", peak("self"))
    print(json.dumps(told))


def peak(process: int | str) -> int:
    """The largest resident memory (KiB) of a running process since it began its own program.

    ``ru_maxrss`` would count what its parent held when it was started.
    """
    status = Path(f"/proc/{process}/status").read_text()
    return next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0
    )


def by_ogr2ogr(path: Path, url: str) -> dict[str, Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = [
        "-nln",
        "bare",
        "-overwrite",
        "-lco",
        "GEOMETRY_NAME=geom",
        "--config",
        "PG_USE_COPY",
    ]
    memory = 0
    with subprocess.Popen(
        ["ogr2ogr", "-f", "PostgreSQL", plain, str(path), *options, "YES"],
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None:
            memory = max(memory, peak(process.pid))
            time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"ogr2ogr could not load {path} ({process.returncode})")
    return {"memory": memory}


def by_to_postgis(path: Path, url: str) -> dict[str, Any]:
    readers = {".gpkg": geopandas.read_file, ".parquet": geopandas.read_parquet}
    frame = readers[path.suffix](path)
    frame.to_postgis("bare", engine(url), if_exists="replace")
    return {}


def by_import(path: Path, url: str) -> dict[str, Any]:
    report = run(engine(url), "compounds", path, Options(city="640100"))
    rows = {
        "new": report.new,
        "unchanged": report.unchanged,
        "review": report.review,
        "rejected": report.rejected,
    }
    return {"steps": report.seconds, "rows": rows}


def written(folder: Path, count: int) -> list[Path]:
    """The files, made unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{count}.gpkg", folder / f"{count}.parquet"]
    if not all(path.exists() for path in files):
        frame = drawn(count)
        frame.to_file(files[0], engine="pyogrio")
        frame.to_parquet(files[1])
    return files


def drawn(count: int) -> geopandas.GeoDataFrame:
    """So many compounds on a grid over the districts of Yinchuan, in EPSG:4326."""
    ground = boundaries.outlines("640100").districts.to_crs(UTM).union_all()
    west, south, east, north = ground.bounds
    x, y = np.meshgrid(np.arange(west, east, SPACING), np.arange(south, north, SPACING))
    shapely.prepare(ground)
    inside = np.flatnonzero(shapely.contains_xy(ground, x.ravel(), y.ravel()))
    if len(inside) < count:
        raise SystemExit(f"Yinchuan has room for {len(inside):,} of them, not for {count:,}")
    chance = np.random.default_rng(1)
    taken = np.sort(chance.choice(inside, count, replace=False))
    angle = np.linspace(0, 2 * np.pi, CORNERS - 1, endpoint=False)
    radius = chance.uniform(NARROWEST, WIDEST, (count, CORNERS - 1))
    corners = np.stack(
        [
            x.ravel()[taken, None] + radius * np.cos(angle),
            y.ravel()[taken, None] + radius * np.sin(angle),
        ],
        axis=-1,
    )
    closed = np.concatenate([corners, corners[:, :1]], axis=1)
    columns = {
        "code": [f"C{number:07d}" for number in range(count)],
        "name": [f"小区{number}号院" for number in range(count)],
        "address": [f"解放街{number % 9999}号" for number in range(count)],
        "households": chance.integers(50, 3000, count),
        "year_built": chance.integers(1980, 2023, count),
    }
    return geopandas.GeoDataFrame(columns, geometry=shapely.polygons(closed), crs=UTM).to_crs(4326)


def fresh(url: str) -> Engine:
    """A database of its own with Yinchuan's boundaries."""
    drop(url)
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {DATABASE}"))
    target = engine(make_url(url).set(database=DATABASE).render_as_string(hide_password=False))
    migrate.upgrade(target)
    with target.begin() as connection:
        catalogue.load(connection)
    boundaries.add_city(target, "640100")
    return target


def drop(url: str) -> None:
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))


if __name__ == "__main__":
    main()
