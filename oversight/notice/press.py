"""Lays posters out as PDF, one page each, in type as large as the page takes.

Run as a program it reads sheets and size as JSON from standard input and writes the PDF.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any, Literal

from geo.errors import AtlasError

type Size = Literal["A3", "A4"]

TYPES: dict[Size, tuple[float, ...]] = {
    "A4": (13, 12, 11, 10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5),
    "A3": (18, 17, 16, 15, 14, 13.5, 13, 12.5, 12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8),
}
"""Sizes of the running text in points, largest first."""


def printed(sheets: Sequence[str], size: Size) -> bytes:
    """The sheets (HTML) as PDF, each on one page; in the smallest type the longest may take more.

    Raises AtlasError where there is none, or the system's libraries for text layout are missing.
    """
    if not sheets:
        raise AtlasError("there is no notice to print")
    layout = _Layout()
    documents = []
    usual = None
    for sheet in sheets:
        # Neighbours' notices are much alike: what fitted the first mostly fits the next.
        found, document = layout.fitting(sheet, TYPES[size], usual)
        usual = found if usual is None else usual
        documents.append(document)
    pages = [page for document in documents for page in document.pages]
    made: bytes = documents[0].copy(pages).write_pdf()
    return made


class _Layout:
    """The layout engine with its fonts, which load slowly."""

    def __init__(self) -> None:
        try:
            import weasyprint  # noqa: PLC0415 - it needs libraries of the system
            from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        except OSError as error:
            raise AtlasError(
                "PDF needs the system's libraries for text layout: as root, apt-get install"
                f" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk ({error})"
            ) from None
        self._engine: Any = weasyprint
        self._fonts = FontConfiguration()

    def fitting(self, sheet: str, types: Sequence[float], first: int | None) -> tuple[int, Any]:
        """The number of the largest type with which a sheet fits its page, and the page.

        Looks from the type numbered ``first`` on; without it, among all, halving.
        """
        if first is not None:
            for number in range(first, len(types)):
                document = self._laid(sheet, types[number])
                if len(document.pages) == 1:
                    break
            return number, document
        low, high = 0, len(types) - 1
        document = None
        while low < high:
            middle = (low + high) // 2
            tried = self._laid(sheet, types[middle])
            if len(tried.pages) == 1:
                high, document = middle, tried
            else:
                low, document = middle + 1, None
        return low, document or self._laid(sheet, types[low])

    def _laid(self, sheet: str, points: float) -> Any:
        source = self._engine.HTML(string=sheet, url_fetcher=_nothing)
        style = self._engine.CSS(string=f"html {{ font-size: {points}pt !important }}")
        return source.render(stylesheets=[style], font_config=self._fonts)


def _nothing(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise ValueError(f"a notice refers to nothing outside itself, not {url}")


def main() -> None:
    """Print what is on standard input; what a person can mend is a sentence on standard error."""
    asked = json.load(sys.stdin)
    try:
        made = printed(asked["sheets"], asked["size"])
    except AtlasError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
