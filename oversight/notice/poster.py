"""The notice as a poster: one page of A3 or A4 a compound, HTML and PDF."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2
import segno
from markupsafe import Markup

from geo.errors import AtlasError
from oversight.notice.contents import FAMILIES, ROLES, Notice, Power

type Size = Literal["A3", "A4"]

# Type sizes in points, largest first; the first with which every notice fits its page is taken.
_BASES: dict[str, tuple[float, ...]] = {
    "A3": (14, 12.5, 11, 9.5, 8, 7),
    "A4": (10, 9, 8, 7, 6, 5.2),
}
_WIDTHS = {"A3": "275mm", "A4": "188mm"}


def html(notices: Sequence[Notice], addresses: Sequence[str], size: Size = "A4") -> str:
    """The posters as one page of HTML; ``addresses`` are what the QR codes lead to, one each."""
    return _render(notices, addresses, size, _BASES[size][0])


def pdf(notices: Sequence[Notice], addresses: Sequence[str], size: Size = "A4") -> bytes:
    """The posters as PDF, each on one page: type shrinks until it fits.

    Raises AtlasError where the system's libraries for text layout are missing.
    """
    pages: list[Any] = []
    first = None
    for notice, address in zip(notices, addresses, strict=True):
        document = _fitting(notice, address, size)
        first = first or document
        pages.extend(document.pages)
    if first is None:
        raise AtlasError("there is no notice to print")
    written: bytes = first.copy(pages).write_pdf()
    return written


def _fitting(notice: Notice, address: str, size: Size) -> Any:
    document = None
    for base in _BASES[size]:
        source = _render([notice], [address], size, base)
        document = (
            _weasyprint().HTML(string=source, url_fetcher=_no_fetching).render(font_config=_fonts())
        )
        if len(document.pages) == 1:
            break
    return document


def _render(notices: Sequence[Notice], addresses: Sequence[str], size: Size, base: float) -> str:
    return _template().render(
        notices=notices,
        codes=[_qr(address) for address in addresses],
        title=notices[0].head.street if notices else "",
        size=size,
        base=base,
        width=_WIDTHS[size],
        roles=ROLES,
        said=_said,
    )


def _said(power: Power) -> str:
    """What a power covers: families by name, single types by theirs."""
    named = [FAMILIES[family][0] for family in power.families]
    return "、".join([*named, *(one.name for one in power.types)])


def _qr(address: str) -> Markup:
    # Made by the library from the address, which it encodes into the drawing.
    drawn = segno.make(address, error="m").svg_inline(border=0, omitsize=True)
    return Markup(drawn)  # noqa: S704


def _no_fetching(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise ValueError(f"a notice refers to nothing outside itself, not {url}")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_suffix(".html").read_text("utf-8"))


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - it loads slowly

    return FontConfiguration()


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - it loads slowly, and needs libraries of the system
    except OSError as error:
        raise AtlasError(
            "PDF needs the system's libraries for text layout: apt-get install libpango-1.0-0"
            f" libpangoft2-1.0-0 fonts-noto-cjk ({error})"
        ) from None
    return weasyprint
