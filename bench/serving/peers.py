"""The others: how each is started at its best, and where it answers what is asked.

All read the tables of :mod:`bench.serving.tables` as the database's owner (no row policies), with
two workers and eight connections in all: a pool of four in each worker process, or one of eight
where there is one process. Two cores are busy with eight; more would only wait.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.serving import servers, tables
from bench.serving.asked import MOST, Question, Tile
from bench.serving.data import ROOT

WORKERS = 2
IN_ALL = 8
POOL = IN_ALL // WORKERS
CACHE_MEGABYTES = 512
BUFFER = 64

OUTLINES_FROM = tables.PUBLIC.outline_min_zoom


@dataclass(frozen=True)
class Server:
    """Something that runs: its name in the report, its address, and how it is asked.

    ``path`` is None for what it cannot be asked.
    """

    name: str
    url: str
    path: Callable[[Tile | Question], str | None]


type Started = Callable[[str], AbstractContextManager[Server]]


def at_hand() -> dict[str, Started]:
    """Those that are installed, by name; started over the address of a database."""
    tipg = ROOT / ".atlas/peers/tipg/bin/uvicorn"
    made: dict[str, Started] = {}
    if servers.found("martin"):
        made["Martin, no cache"] = lambda url: martin(url, cached=False)
        made["Martin, cache"] = lambda url: martin(url, cached=True)
    if tipg.exists():
        made["tipg"] = lambda url: _tipg(url, tipg)
    if servers.found("pg_tileserv"):
        made["pg_tileserv"] = pg_tileserv
    if servers.found("pg_featureserv"):
        made["pg_featureserv"] = pg_featureserv
    return made


@contextmanager
def martin(url: str, *, cached: bool) -> Iterator[Server]:
    """Martin over the tables of outlines and label points, both in one tile as in ours."""
    port = servers.free_port()
    attributes = {
        name: {"text": "text", "bigint": "int8", "boolean": "bool"}[kind]
        for name, kind in tables.properties().items()
    }

    def source(table: str, kind: str, first: int, buffer: int) -> dict[str, object]:
        schema, _, name = table.partition(".")
        return {
            "schema": schema,
            "table": name,
            "srid": 3857,
            "geometry_column": "geom",
            "id_column": "id",
            "minzoom": first,
            "maxzoom": 22,
            "extent": 4096,
            "buffer": buffer,
            "clip_geom": True,
            "geometry_type": kind,
            "properties": attributes,
        }

    settings = {
        "listen_addresses": f"127.0.0.1:{port}",
        "worker_processes": WORKERS,
        "cache": {"size_mb": 0, "tile_size_mb": CACHE_MEGABYTES if cached else 0},
        "postgres": {
            "connection_string": url,
            "pool_size": IN_ALL,
            "auto_bounds": "skip",
            "auto_publish": False,
            "reload_interval": "0s",
            "tables": {
                "compounds": source(tables.OUTLINES, "MULTIPOLYGON", OUTLINES_FROM, BUFFER),
                # A label is in one tile only, as ours are.
                "compounds_label": source(tables.LABELS, "POINT", 0, 0),
            },
        },
    }
    name = "Martin, cache" if cached else "Martin, no cache"
    with servers.private_folder() as folder:
        # JSON is YAML.
        (folder / "martin.yaml").write_text(json.dumps(settings))
        command = [_program("martin"), "--config", str(folder / "martin.yaml")]
        address = f"http://127.0.0.1:{port}"
        with servers.running(command, f"{address}/health", {"RUST_LOG": "warn"}):
            yield Server(name, address, _martin_path)


def _martin_path(asked: Tile | Question) -> str | None:
    if isinstance(asked, Question):
        return None
    drawn = "compounds,compounds_label" if asked.z >= OUTLINES_FROM else "compounds_label"
    return f"/{drawn}/{asked.z}/{asked.x}/{asked.y}"


@contextmanager
def _tipg(url: str, uvicorn: Path) -> Iterator[Server]:
    """Tipg with uvloop and httptools; it draws one table in a tile."""
    port = servers.free_port()
    environment = {
        "DATABASE_URL": url,
        "DB_MIN_CONN_SIZE": str(POOL),
        "DB_MAX_CONN_SIZE": str(POOL),
        "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_DB_DATETIME_EXTENT": "false",
        "TIPG_CATALOG_TTL": "0",
        "TIPG_TILE_BUFFER": str(BUFFER),
        "TIPG_MAX_FEATURES_PER_TILE": "1000000",
        # Python's other server has its environment; this one has only its own packages.
        "PYTHONPATH": "",
    }
    command = [
        *(str(uvicorn), "tipg.main:app", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(WORKERS), "--loop", "uvloop", "--http", "httptools"),
        *("--log-level", "warning", "--no-access-log"),
    ]
    address = f"http://127.0.0.1:{port}"
    with servers.running(command, f"{address}/healthz", environment):
        yield Server("tipg", address, _tipg_path)


def _tipg_path(asked: Tile | Question) -> str:
    if isinstance(asked, Tile):
        table = tables.OUTLINES if asked.z >= OUTLINES_FROM else tables.LABELS
        return f"/collections/{table}/tiles/WebMercatorQuad/{asked.z}/{asked.x}/{asked.y}"
    given: dict[str, object] = {"limit": asked.limit, "f": "geojson"}
    if asked.page:
        given["offset"] = asked.page * asked.limit
    if asked.box:
        given["bbox"] = ",".join(map(str, asked.box))
    if asked.filter:
        given |= {"filter": asked.filter, "filter-lang": "cql2-text"}
    return f"/collections/{tables.ITEMS}/items?{urlencode(given, quote_via=quote)}"


@contextmanager
def pg_tileserv(url: str) -> Iterator[Server]:
    """pg_tileserv, which draws several tables in one tile."""
    port = servers.free_port()
    environment = {
        "DATABASE_URL": url,
        "TS_HTTPHOST": "127.0.0.1",
        "TS_HTTPPORT": str(port),
        "TS_DBPOOLMAXCONNS": str(IN_ALL),
        "TS_MAXFEATURESPERTILE": "1000000",
        "TS_DEFAULTBUFFER": str(BUFFER),
        "TS_CACHETTL": "0",
    }
    address = f"http://127.0.0.1:{port}"
    with servers.running([_program("pg_tileserv")], f"{address}/index.json", environment):
        yield Server("pg_tileserv", address, _pg_tileserv_path)


def _pg_tileserv_path(asked: Tile | Question) -> str | None:
    if isinstance(asked, Question):
        return None
    drawn = (tables.OUTLINES, tables.LABELS) if asked.z >= OUTLINES_FROM else (tables.LABELS,)
    wanted = ",".join(tables.properties())
    return f"/{','.join(drawn)}/{asked.z}/{asked.x}/{asked.y}.pbf?properties={wanted}"


@contextmanager
def pg_featureserv(url: str) -> Iterator[Server]:
    """pg_featureserv, which answers pages."""
    port = servers.free_port()
    environment = {
        "DATABASE_URL": url,
        "PGFS_SERVER_HTTPHOST": "127.0.0.1",
        "PGFS_SERVER_HTTPPORT": str(port),
        "PGFS_DATABASE_DBPOOLMAXCONNS": str(IN_ALL),
        "PGFS_DATABASE_TABLEINCLUDES": "bench",
        "PGFS_PAGING_LIMITMAX": str(MOST),
    }
    address = f"http://127.0.0.1:{port}"
    ready = f"{address}/collections/{tables.ITEMS}.json"
    with servers.running([_program("pg_featureserv")], ready, environment):
        yield Server("pg_featureserv", address, _pg_featureserv_path)


def _pg_featureserv_path(asked: Tile | Question) -> str | None:
    if isinstance(asked, Tile):
        return None
    given: dict[str, object] = {"limit": asked.limit, "sortby": "id"}
    if asked.page:
        given["offset"] = asked.page * asked.limit
    if asked.box:
        given["bbox"] = ",".join(map(str, asked.box))
    if asked.filter:
        given["filter"] = asked.filter
    return f"/collections/{tables.ITEMS}/items.json?{urlencode(given, quote_via=quote)}"


def _program(name: str) -> str:
    found = servers.found(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed: scripts/peers, or put it on the path")
    return os.fspath(found)
