"""Datums: between WGS 84, the shifted datums of Chinese web maps, and any projection.

GCJ-02 ("Mars coordinates", 高德, 腾讯) is WGS 84 moved by up to 730 m in a way the state does not
publish; what everyone uses is the algorithm that became known in 2013 (googollee/eviltransform,
its variant with the Krasovsky ellipsoid). BD-09 (百度) moves GCJ-02 once more, as Baidu's own
programs do (Wu Yongzheng, 2013). Coordinates are degrees, longitude before latitude.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.errors import AtlasError

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
"""Those with a name. CGCS2000 is taken as equal to WGS 84; they differ by less than a metre."""

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the rectangle in which the published algorithm moves anything."""

type Degrees = NDArray[np.float64]
type Pair = tuple[Degrees, Degrees]

_KRASOVSKY_A = 6378245.0
_KRASOVSKY_EE = 0.00669342162296594323

# Baidu's own constant. Some copies of the algorithm, among them the one the vector in the tests
# was made with, have π here: they lie up to 80 m from Baidu's map.
_BAIDU_PI = np.pi * 3000.0 / 180.0

# The shift changes by less than 1 % of a step, so each turn gains two digits or more of 730 m:
# after three, what is left is below a third of a millimetre.
_TURNS = 3
# Temporary arrays of this many numbers stay in the processor's cache.
_AT_ONCE = 8192

_WORDS = {
    "wgs84": ("wgs84", "wgs1984", "gps", "crs84", "ogc:crs84", "世界大地1984", "gcswgs1984"),
    "cgcs2000": (
        "cgcs2000",
        "国家2000",
        "2000国家",
        "国家大地2000",
        "2000国家大地",
        "大地2000",
        "2000大地",
        "天地图",
        "2000",
        "gcschinageodeticcoordinatesystem2000",
    ),
    "gcj02": (
        "gcj02",
        "gcj",
        "gcj2002",
        "火星",
        "mars",
        "高德",
        "amap",
        "腾讯",
        "tencent",
        "国测局",
    ),
    "bd09": ("bd09", "bd09ll", "bd", "百度", "baidu"),
}
_NAMES = {word: name for name, words in _WORDS.items() for word in words}
_SAME = {
    "EPSG:4326": "wgs84",
    "OGC:CRS84": "wgs84",
    "EPSG:4979": "wgs84",
    "EPSG:4490": "cgcs2000",
    "EPSG:4480": "cgcs2000",
}
_UNSHIFTED = ("wgs84", "cgcs2000")


def parse_datum(text: str) -> str:
    """A datum as people write it, as one of :data:`DATUMS` or a system pyproj reads.

    Takes names in both languages (``GCJ-02``, ``火星坐标``, ``百度``, ``国家2000坐标系``), numbers
    (``EPSG:4523``, ``4523``), and definitions as files hold them (WKT, PROJ strings, URNs). Those
    of EPSG come back as ``EPSG:n``. AtlasError names a value that is none of these.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    word = re.sub(r"坐标系?统?|[\s_\-()/]+", "", plain.lower())
    if word in _NAMES:
        return _NAMES[word]
    if number := re.fullmatch(r"(?:epsg:*)?(\d+)", word):
        return _name_of(_crs(f"EPSG:{number[1]}", text))
    if re.match(r"urn:|https?://|\w+:\w+$|\+proj|\+init|\{", plain) or "[" in plain:
        return _name_of(_crs(plain, text))
    raise _unknown(text)


def needs_no_shift(datum: str) -> bool:
    """Whether coordinates in that datum are stored just as they are."""
    return parse_datum(datum) in _UNSHIFTED


def in_degrees(datum: str) -> bool:
    """Whether coordinates in that datum are degrees, not metres."""
    name = parse_datum(datum)
    return name in DATUMS or CRS(name).is_geographic


def to_wgs84(shapes: NDArray[Any], datum: str) -> NDArray[Any]:
    """Shapes of a datum in EPSG:4326, longitude before latitude; None stays None, Z is kept.

    ``shapes`` are shapely geometries of any type; the same array comes back where nothing has to
    be moved. What a projection cannot place becomes infinite. Raises AtlasError for a datum that
    is not known, or from which no way to WGS 84 is known better than a guess (Xian 1980).
    """
    name = parse_datum(datum)
    if name in _UNSHIFTED:
        return shapes
    known: dict[str, Callable[[Degrees, Degrees], Pair]] = {
        "gcj02": gcj02_to_wgs84,
        "bd09": bd09_to_wgs84,
    }
    return _moved(shapes, known[name] if name in known else _projected(name, into_wgs84=True))


def from_wgs84(shapes: NDArray[Any], datum: str) -> NDArray[Any]:
    """The way back: shapes of EPSG:4326 in another datum; see :func:`to_wgs84`."""
    name = parse_datum(datum)
    if name in _UNSHIFTED:
        return shapes
    known: dict[str, Callable[[Degrees, Degrees], Pair]] = {
        "gcj02": wgs84_to_gcj02,
        "bd09": wgs84_to_bd09,
    }
    return _moved(shapes, known[name] if name in known else _projected(name, into_wgs84=False))


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS 84 to GCJ-02; outside :data:`CHINA` nothing moves.

    Source: googollee/eviltransform, ``wgs2gcj``.
    """
    return _in_blocks(_encrypted, lon, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 to WGS 84 by iteration, within 0.3 mm.

    Outside :data:`CHINA` nothing moves. Along the rectangle's edge, far from any compound, the
    algorithm has no inverse: a strip as wide as the shift is reached from two places (the one
    outside is given) or from none (the shift is then taken as going on beyond the edge).
    """
    return _in_blocks(_decrypted, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """GCJ-02 to BD-09, everywhere. Source: Wu Yongzheng, 2013, ``bd_encrypt``."""
    return _in_blocks(_baidu, lon, lat)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 to GCJ-02 by iteration, within 0.1 mm; the published inverse errs by 0.2 m."""
    return _in_blocks(_unbaidu, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS 84 to BD-09, through GCJ-02."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """BD-09 to WGS 84, through GCJ-02, within 0.4 mm."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def in_china(lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Which points lie in :data:`CHINA`, edges included."""
    west, south, east, north = CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _encrypted(lon: Degrees, lat: Degrees) -> Pair:
    east, north = _shift(lon, lat)
    inside = in_china(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def _decrypted(lon: Degrees, lat: Degrees) -> Pair:
    there_lon, there_lat = lon, lat
    for _ in range(_TURNS):
        east, north = _shift(there_lon, there_lat)
        there_lon, there_lat = lon - east, lat - north
    inside = in_china(lon, lat)
    return np.where(inside, there_lon, lon), np.where(inside, there_lat, lat)


def _shift(lon: Degrees, lat: Degrees) -> Pair:
    """GCJ-02 less WGS 84 in degrees, at a place in WGS 84, as if China had no end."""
    x, y = lon - 105.0, lat - 35.0
    twelfth, third, whole, twice, six = _sines(x)
    both = 20.0 * (six + twice)
    root = np.sqrt(np.abs(x))
    east = both + 20.0 * whole + 40.0 * third
    east += 150.0 * twelfth + 300.0 * np.sin(x * (np.pi / 30.0))
    east = east * (2.0 / 3.0) + 300.0 + 2.0 * y + x * (1.0 + 0.1 * x + 0.1 * y) + 0.1 * root
    twelfth, third, whole, _, _ = _sines(y)
    north = both + 20.0 * whole + 40.0 * third
    north += 160.0 * twelfth + 320.0 * np.sin(y * (np.pi / 30.0))
    north = north * (2.0 / 3.0) - 100.0 + 2.0 * x + y * (3.0 + 0.2 * y + 0.1 * x) + 0.2 * root
    sine = np.sin(np.radians(lat))
    bulge = 1.0 - _KRASOVSKY_EE * sine * sine
    prime_vertical = _KRASOVSKY_A / np.sqrt(bulge)
    meridian = prime_vertical * (1.0 - _KRASOVSKY_EE) / bulge
    parallel = prime_vertical * np.sqrt(1.0 - sine * sine)
    return np.degrees(east / parallel), np.degrees(north / meridian)


def _sines(x: Degrees) -> tuple[Degrees, ...]:
    """Sines of πx/12, πx/3, πx, 2πx and 6πx: one sine and cosine, the rest by doubling, tripling.

    Half of the time goes into sines otherwise; the sums differ by less than a nanometre.
    """
    angle = x * (np.pi / 12.0)
    twelfth, cosine = np.sin(angle), np.cos(angle)
    sixth, cosine = 2.0 * twelfth * cosine, 2.0 * cosine * cosine - 1.0
    third, cosine = 2.0 * sixth * cosine, 2.0 * cosine * cosine - 1.0
    whole = third * (3.0 - 4.0 * third * third)
    twice = 2.0 * whole * (cosine * (4.0 * cosine * cosine - 3.0))
    return twelfth, third, whole, twice, twice * (3.0 - 4.0 * twice * twice)


def _baidu(lon: Degrees, lat: Degrees) -> Pair:
    distance = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_PI)
    return distance * np.cos(angle) + 0.0065, distance * np.sin(angle) + 0.006


def _unbaidu(lon: Degrees, lat: Degrees) -> Pair:
    there_lon, there_lat = lon - 0.0065, lat - 0.006
    for _ in range(_TURNS):
        again_lon, again_lat = _baidu(there_lon, there_lat)
        there_lon, there_lat = there_lon + (lon - again_lon), there_lat + (lat - again_lat)
    return there_lon, there_lat


def _in_blocks(convert: Callable[[Degrees, Degrees], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert piece by piece; shapes of arrays are kept, a pair of numbers gives numbers."""
    given = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    shape = given[0].shape
    lons, lats = (one.reshape(-1) for one in given)
    made = np.empty((2, lons.size))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for start in range(0, lons.size, _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            made[0, some], made[1, some] = convert(lons[some], lats[some])
    return made[0].reshape(shape)[()], made[1].reshape(shape)[()]


def _moved(shapes: NDArray[Any], convert: Callable[[Degrees, Degrees], Pair]) -> NDArray[Any]:
    """New shapes at converted coordinates; those with a height keep it."""
    made = shapes.copy()
    high = shapely.has_z(shapes)
    for some, include_z in ((~high, False), (high, True)):
        if some.any():
            corners = shapely.get_coordinates(shapes[some], include_z=include_z)
            corners[:, 0], corners[:, 1] = convert(corners[:, 0].copy(), corners[:, 1].copy())
            made[some] = shapely.set_coordinates(shapes[some], corners)
    return made


def _projected(name: str, into_wgs84: bool) -> Callable[[Degrees, Degrees], Pair]:
    transformer = _transformer(name, into_wgs84)
    return transformer.transform


@cache
def _transformer(name: str, into_wgs84: bool) -> Transformer:
    for target in ("EPSG:4326", "EPSG:4490"):
        ends = (name, target) if into_wgs84 else (target, name)
        try:
            return Transformer.from_crs(*ends, always_xy=True, allow_ballpark=False)
        except (CRSError, ProjError):
            continue
    raise AtlasError(
        f'no way between "{CRS(name).name}" and WGS 84 is known that is better than a guess;'
        " convert the file to CGCS2000 first"
    )


def _crs(definition: str, given: str) -> CRS:
    try:
        return CRS.from_user_input(definition)
    except CRSError:
        raise _unknown(given) from None


def _name_of(crs: CRS) -> str:
    """One of :data:`DATUMS` where it is one, ``EPSG:n`` where it has a number, else its WKT."""
    authority = crs.to_authority(min_confidence=70)
    if authority is None:
        return str(crs.to_wkt())
    code = ":".join(authority)
    return _SAME.get(code, code)


def _unknown(given: str) -> AtlasError:
    shown = given if len(given) <= 60 else f"{given[:57]}…"
    return AtlasError(
        f'datum "{shown}" is not known; give one of {", ".join(DATUMS)}, or EPSG:n'
        " (CGCS2000 in 3° zones: EPSG:4513 to EPSG:4554)"
    )
