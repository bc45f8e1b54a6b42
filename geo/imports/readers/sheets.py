"""Spreadsheets: XLSX, XLS, ODS. Formulas stay text; nothing is ever computed."""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import python_calamine

from geo.errors import AtlasError
from geo.imports.profile import Profile
from geo.imports.readers import archive, merged, ods, rows
from geo.imports.table import Chunk, Source

MOST_ROWS = 1_048_576
"""Rows of a sheet, by Excel's specifications."""

# How Excel writes line ends pasted from Windows, and a low line before what looks like such a code
# (ECMA-376-1, 22.9.2.19); openpyxl leaves them as they stand.
_CODED = re.compile("_x(000[9AD]|005F)_", re.IGNORECASE)

_XLSX = "xl/workbook.xml"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def source(path: Path, sheet: str | None, profile: Profile | None) -> Source:
    """Open a spreadsheet; hidden sheets are passed over unless named.

    Raises AtlasError where it is protected by a password, damaged, or has no such sheet.
    """
    is_xlsx = _is_xlsx(path)
    if zipfile.is_zipfile(path):
        archive.check(path)
        # Whatever it seems to be: calamine goes by the name.
        ods.check(path)
    with _calamine(path) as book:
        names = {
            one.name: one.visible == python_calamine.SheetVisibleEnum.Visible
            for one in book.sheets_metadata
            if one.typ == python_calamine.SheetTypeEnum.WorkSheet
        }
    chosen = _wanted(path, names, sheet)
    if is_xlsx:
        return Source("XLSX", lambda: _xlsx(path, chosen, profile))
    kind = "ODS" if zipfile.is_zipfile(path) else "XLS"
    return Source(kind, lambda: _other(path, chosen, profile))


def _is_xlsx(path: Path) -> bool:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as found:
            return _XLSX in found.namelist()
    with path.open("rb") as file:
        head = file.read(2**20)
    if head.startswith(b"PK"):
        raise _damaged(path, "its directory is missing")
    if _ENCRYPTED in head:
        raise AtlasError(f"{path.name} is protected by a password; save it without one")
    return False


def _wanted(path: Path, names: Mapping[str, bool], sheet: str | None) -> list[tuple[int, str]]:
    listed = list(enumerate(names))
    if sheet is None:
        return [one for one in listed if names[one[1]]]
    chosen = [one for one in listed if one[1] == sheet]
    if not chosen:
        raise AtlasError(f"{path.name} has no sheet {sheet!r}; its sheets are {', '.join(names)}")
    return chosen


def _xlsx(path: Path, sheets: list[tuple[int, str]], profile: Profile | None) -> Iterator[Chunk]:
    with _openpyxl(path) as book:
        for index, name in sheets:
            page = book[name]
            # What a file says of its own size may be a million rows of nothing.
            page.reset_dimensions()
            try:
                areas = merged.in_xlsx(path, page._worksheet_path)
                yield from rows.chunks(index, name, _values(page), profile, merged=areas)
            except (ParseError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
                raise _damaged(path, error) from None


def _values(page: Any) -> Iterator[Sequence[Any]]:
    for row in page.iter_rows(values_only=True):
        yield [_plain(cell) for cell in row]


def _plain(cell: Any) -> Any:
    """A cell's own value; a formula of several cells as its text."""
    if isinstance(cell, str):
        return _CODED.sub(lambda code: chr(int(code[1], 16)), cell)
    text = getattr(cell, "text", None)
    return text if text is not None else cell


class _openpyxl:  # noqa: N801 - used as a function
    """A workbook that is read as a stream, with formulas as text."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Any:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = openpyxl.load_workbook(self._path, read_only=True, data_only=False)
        except Exception as error:
            raise _damaged(self._path, error) from None
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _calamine(path: Path) -> Any:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        raise AtlasError(f"{path.name} is protected by a password; save it without one") from None
    except python_calamine.CalamineError as error:
        raise _damaged(path, error) from None


def _other(path: Path, sheets: list[tuple[int, str]], profile: Profile | None) -> Iterator[Chunk]:
    """Sheets of XLS, whose size the format bounds, and of ODS, which was looked over."""
    with _calamine(path) as book:
        for index, name in sheets:
            try:
                page = book.get_sheet_by_name(name)
                found = (
                    [None if cell == "" else cell for cell in row]
                    for row in page.to_python(skip_empty_area=False)
                )
            except python_calamine.CalamineError as error:
                raise _damaged(path, error) from None
            areas = merged.in_xls(page.merged_cell_ranges)
            yield from rows.chunks(index, name, found, profile, merged=areas)


def _damaged(path: Path, why: object) -> AtlasError:
    return AtlasError(f"{path.name} is damaged or cut short ({why}); save or copy it again")
