"""Zipped Shapefiles: short headings with a table of what they mean, texts in UTF-8 or GBK."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from layers.formats import gdal
from layers.formats.table import Row, Table

NAME_LENGTH = 10
TEXT_BYTES = 254
"""What a dBASE table holds (dBASE III+, as ESRI's description of 1998 has it)."""

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")

# GB18030 holds every character, and is the same as GBK for those that GBK has.
_CODECS = {"utf-8": "utf-8", "gbk": "gb18030"}


def shapefile(table: Table, batches: Iterable[Sequence[Row]], path: Path) -> None:
    """A zip with the parts of the Shapefile and ``fields.csv``, the table of its headings.

    ``gbk`` becomes GB18030, and the ``.cpg`` says so, where a text has a character that GBK has
    not. Texts of more than 254 bytes are cut at a character; ``fields.csv`` counts them.
    """
    texts = _Texts(table)
    shapes = path.with_suffix(".shp")
    short = short_names(list(table.columns))
    gdal.write(
        table,
        map(texts.fitted, batches),
        shapes,
        "ESRI Shapefile",
        names=[*short.values(), "geometry"],
        encoding=_CODECS[table.encoding].upper(),
    )
    if table.encoding == "gbk" and texts.within_gbk:
        shapes.with_suffix(".cpg").write_text("GBK")
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for part in (shapes.with_suffix(suffix) for suffix in PARTS):
            archive.write(part, f"{table.layer.id}{part.suffix}")
            part.unlink()
        archive.writestr("fields.csv", _told(table, short, texts.cut))


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Names of at most ten characters by the names they stand for, no two the same.

    The longest words of a name lose their ends: ``district_code`` is ``distr_code``.
    """
    short: dict[str, str] = {}
    for name in names:
        wanted = _shortened(name, NAME_LENGTH)
        count = 1
        while wanted in short.values():
            count += 1
            wanted = _shortened(name, NAME_LENGTH - len(str(count))) + str(count)
        short[name] = wanted
    return short


def _shortened(name: str, length: int) -> str:
    words = name.split("_")
    while len(name := "_".join(words)) > length:
        longest = max(range(len(words)), key=lambda place: len(words[place]))
        if len(words[longest]) == 1:
            return name[:length]
        words[longest] = words[longest][:-1]
    return name


def _told(table: Table, short: dict[str, str], cut: dict[str, int]) -> str:
    """The table of headings; with a byte order mark, since it is opened in Excel."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(("heading", "property", "名称", "meaning", "type", "cut"))
    for name, one in table.columns.items():
        writer.writerow((short[name], name, one.title, one.title_en, one.kind, cut.get(name, 0)))
    return f"\ufeff{file.getvalue()}"


class _Texts:
    """Cuts texts to what fits, and looks whether GBK would hold them."""

    def __init__(self, table: Table) -> None:
        self._codec = _CODECS[table.encoding]
        self._places = {
            # A row begins with number, keys and geometry; the number is the first column.
            place + 2: name
            for place, (name, one) in enumerate(table.columns.items())
            if one.kind == "string"
        }
        self.within_gbk = True
        self.cut: dict[str, int] = {}

    def fitted(self, rows: Sequence[Row]) -> list[Row]:
        return [tuple(self._row(row)) for row in rows]

    def _row(self, row: Row) -> Iterator[Any]:
        for place, value in enumerate(row):
            name = self._places.get(place)
            yield value if name is None or value is None else self._fitted(name, value)

    def _fitted(self, name: str, text: str) -> str:
        raw = text.encode(self._codec)
        if len(raw) > TEXT_BYTES:
            self.cut[name] = self.cut.get(name, 0) + 1
            text = raw[:TEXT_BYTES].decode(self._codec, "ignore")
        if self.within_gbk and self._codec != "utf-8" and not text.isascii():
            self.within_gbk = _in_gbk(text)
        return text


def _in_gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
