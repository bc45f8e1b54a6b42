"""Looks over an ODS before a library writes its repeated cells out.

The format packs alike cells and rows into one element with a count (OpenDocument 1.2,
table:number-columns-repeated and table:number-rows-repeated), so a few hundred bytes may stand for
a sheet that no memory holds.
"""

import re
import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

from geo.errors import AtlasError
from geo.imports.readers import archive
from geo.imports.readers.errors import unreadable

MOST_CELLS = 5_000_000
"""Of all sheets, each from A1 to its last cell with content; read, they take about 1 GB."""

MOST_TEXT = 256 << 20
"""Bytes of all texts and formulas; they are in memory three times while a sheet is read."""

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_BLOCK = 1 << 16
_CELLS = {"table-cell", "covered-table-cell"}
_TEXTS = {"formula", "string-value", "date-value", "time-value"}
_HOLDS = {*_TEXTS, "value-type", "value", "boolean-value"}
"""What an empty cell does not have; one of type string counts, even with no text in it."""

_COUNT = re.compile(r"[0-9]{1,18}")


def check(path: Path) -> None:
    """Look over an archive that may be an ODS; others pass.

    Raises AtlasError where its sheets would be larger than :data:`MOST_CELLS` or
    :data:`MOST_TEXT`, or it declares a document type, is protected by a password, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_protected(packed, path)
            for info in packed.infolist():
                # Names may be there twice, and which of them is read is up to the library.
                if info.filename.lower() == _CONTENT:
                    with packed.open(info) as file:
                        _Count(path).read(file)
    except (*archive.BROKEN, expat.ExpatError) as error:
        raise unreadable(path, error) from None


def _refuse_protected(packed: zipfile.ZipFile, path: Path) -> None:
    """Its content is no XML then, and to call it damaged would mislead."""
    if _MANIFEST in packed.namelist():
        with packed.open(_MANIFEST) as file:
            if b"encryption-data" in file.read(1 << 20):
                raise AtlasError(f"{path.name} is protected by a password; save it without one")


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


class _Count:
    """Counts what cells hold once written out, while expat goes through the sheets.

    Empty cells and rows count where something comes after them, since only then are they written
    out; those at the end of a row or a sheet, which fill it up to its bounds, do not.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # What the file declares must not make expat see other elements than the library does.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.tables = 0
        self.cells = self.text = 0  # of the sheets before
        self.rows = self.rows_with_blanks = self.width = 0  # of this sheet
        self.repeats = 0  # of this row; 0 outside of rows
        self.columns = self.columns_with_blanks = self.row_text = 0  # of this row
        self.cell_repeats = 0  # of this cell; 0 outside of cells
        self.cell_text = 0
        self.holds = False

    def read(self, file: IO[bytes]) -> None:
        while block := file.read(_BLOCK):
            self.parser.Parse(block)
        self.parser.Parse(b"", True)

    def _refuse_doctype(self, *_: object) -> None:
        raise AtlasError(f"{self.path.name} declares a document type, which no ODS does")

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        name = full.rpartition(":")[2]
        if name == "table":
            self.tables += 1
        elif name == "table-row":
            self._refuse_nested(self.repeats)
            self.repeats = self._repeats("number-rows-repeated", attributes)
            self.columns = self.columns_with_blanks = self.row_text = 0
        elif name in _CELLS and self.repeats:
            self._refuse_nested(self.cell_repeats)
            self._start_cell(attributes)
        elif name == "s" and self.cell_repeats:
            self.cell_text += self._repeats("c", attributes)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.cell_repeats = self._repeats("number-columns-repeated", attributes)
        self.holds = False
        self.cell_text = 0
        for full, value in attributes.items():
            name = full.rpartition(":")[2]
            self.holds |= name in _HOLDS
            if name in _TEXTS:
                self.cell_text += _size(value)

    def _characters(self, text: str) -> None:
        if self.cell_repeats:
            self.cell_text += _size(text)

    def _end(self, full: str) -> None:
        name = full.rpartition(":")[2]
        if name in _CELLS and self.cell_repeats:
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self.tables -= 1
            if not self.tables:
                self.cells += self.rows * self.width
                self.rows = self.rows_with_blanks = self.width = 0

    def _end_cell(self) -> None:
        self.columns_with_blanks += self.cell_repeats
        if self.holds:
            self.columns = self.columns_with_blanks
            self.row_text += self.cell_repeats * self.cell_text
        self.cell_repeats = 0

    def _end_row(self) -> None:
        self.rows_with_blanks += self.repeats
        if self.columns:
            self.rows = self.rows_with_blanks
            self.width = max(self.width, self.columns)
            self.text += self.repeats * self.row_text
        self.repeats = 0
        self._refuse_too_large()

    def _refuse_too_large(self) -> None:
        cells = self.cells + self.rows * self.width
        if cells > MOST_CELLS:
            raise AtlasError(
                f"{self.path.name} comes to {cells:,} cells up to the last with content (a sheet "
                f"of {self.rows:,} rows by {self.width:,} columns), more than {MOST_CELLS:,}; "
                "delete what stands or was filled in far from the table, or save it as CSV"
            )
        if self.text > MOST_TEXT:
            raise AtlasError(
                f"{self.path.name} comes to {self.text >> 20:,} MiB of text, more than "
                f"{MOST_TEXT >> 20} MiB, for its cells are repeated; delete those that are not "
                "needed, or save the sheet as CSV"
            )

    def _refuse_nested(self, within: int) -> None:
        if within:
            raise AtlasError(
                f"{self.path.name} has a table within a cell, which cannot be read; save the "
                "sheet as CSV"
            )

    def _repeats(self, name: str, attributes: dict[str, str]) -> int:
        """How often; by the largest, where several attributes differ in their prefix only."""
        most = 1
        for full, value in attributes.items():
            if full.endswith(name) and full.rpartition(":")[2] == name:
                if not _COUNT.fullmatch(value):
                    raise unreadable(self.path, f"{name} is {value[:20]!r}")
                most = max(most, int(value))
        return most
