"""CSV, TSV and their like: every cell is text."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from geo.errors import AtlasError
from geo.imports.profile import Profile
from geo.imports.readers import rows
from geo.imports.table import Chunk, Source

LONGEST_CELL = 64 * 2**20
"""A cell may hold the WKT of a long outline."""

_BLOCK = 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def source(path: Path, encoding: str | None, profile: Profile | None) -> Source:
    """Open delimited text; encoding and delimiter are found out where they are not given."""
    found = _known(path, encoding) if encoding else detected(path)
    delimiter = _delimiter(path, found)

    def chunks() -> Iterator[Chunk]:
        csv.field_size_limit(LONGEST_CELL)
        with path.open(encoding=found, newline="") as file:
            try:
                cells = csv.reader(file, delimiter=delimiter, strict=True)
                yield from rows.chunks(0, "", cells, profile, delimited=True)
            except UnicodeDecodeError as error:
                raise _not(path, found, error) from None
            except csv.Error as error:
                raise AtlasError(
                    f"{path.name} cannot be read as delimited text ({error}); save it again as CSV"
                ) from None

    return Source("TSV" if delimiter == "\t" else "CSV", chunks)


def detected(path: Path) -> str:
    """UTF-8 or UTF-16 by their mark, UTF-8 where every byte fits, else GB18030 where that does."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        if _fits(path, name):
            return name
    raise AtlasError(
        f"{path.name} is neither UTF-8 nor GB18030 text; say its encoding with --encoding"
    )


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _known(path: Path, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise AtlasError(
            f'--encoding "{encoding}" is not known; give utf-8, gbk or gb18030'
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        sample = file.read(65536)
    lines = [line for line in sample.splitlines() if line.strip()][:20]
    counts = {sign: [line.count(sign) for line in lines] for sign in ",\t;|"}
    # The sign that is there most steadily: how many times at least, over most lines.
    return max(counts, key=lambda sign: sorted(counts[sign])[len(lines) // 2] if lines else 0)


def _not(path: Path, encoding: str, error: UnicodeDecodeError) -> AtlasError:
    return AtlasError(
        f"{path.name} is not {encoding} text (byte {error.start}); say its encoding with --encoding"
    )
