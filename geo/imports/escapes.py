"""Texts that no spreadsheet takes for a formula, and that every XML document can hold."""

import re
from typing import Any

# What Excel, LibreOffice and WPS may take for the beginning of a formula when a sheet that was
# saved as CSV is opened again (OWASP, CSV Injection), and the mark of the escape itself.
_NEEDS_ESCAPE = re.compile(r"[=+\-@＝＋－＠\t\r\n']")

# XML 1.0, 2.2: what no document may contain. Lone surrogates cannot be written as UTF-8.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without the characters that no XML document, hence no spreadsheet, can hold."""
    return _NOT_IN_XML.sub("", text)


def escape(text: str) -> str:
    """The text so that no program takes it for a formula, even after a detour through CSV.

    An apostrophe is put before ``= + - @`` (full-width ones too), tab, line breaks, and before an
    apostrophe, so that :func:`unescape` gives back just what was there.
    """
    return f"'{text}" if _NEEDS_ESCAPE.match(text) else text


def unescape(cell: Any) -> Any:
    """A cell of a corrected file without the apostrophe of :func:`escape`; others as they are."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") else cell
