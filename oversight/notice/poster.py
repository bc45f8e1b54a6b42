"""The notice as a poster: one sheet of A3 or A4 a compound."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
import segno
from markupsafe import Markup

from oversight.notice.contents import FAMILIES, ROLES, UTILITIES, Notice, Power
from oversight.notice.press import TYPES, Size, printed

__all__ = ["Size", "html", "pdf", "sheets"]

_WIDTHS: dict[Size, str] = {"A3": "273mm", "A4": "188mm"}


def html(notices: Sequence[Notice], addresses: Sequence[str], size: Size = "A4") -> str:
    """The posters as one page of HTML; ``addresses`` are what the QR codes lead to, one each."""
    return _template().render(
        notices=notices,
        codes=[_qr(address) for address in addresses],
        size=size,
        points=TYPES[size][len(TYPES[size]) // 2],
        width=_WIDTHS[size],
        roles=ROLES,
        utilities=UTILITIES,
        said=_said,
    )


def sheets(notices: Sequence[Notice], addresses: Sequence[str], size: Size = "A4") -> list[str]:
    """The posters as pages of HTML of their own, for the press."""
    return [
        html([notice], [address], size) for notice, address in zip(notices, addresses, strict=True)
    ]


def pdf(notices: Sequence[Notice], addresses: Sequence[str], size: Size = "A4") -> bytes:
    """The posters as PDF; raises AtlasError where the libraries for text layout are missing."""
    return printed(sheets(notices, addresses, size), size)


def _said(power: Power) -> str:
    """What a power covers: families by name, single types by theirs."""
    named = [FAMILIES[family][0] for family in power.families]
    return "；".join([*named, *(one.name for one in power.types)])


def _qr(address: str) -> Markup:
    # Made by the library from the address, which it encodes into the drawing.
    drawn = segno.make(address, error="m").svg_inline(border=0, omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn by the library


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_suffix(".html").read_text("utf-8"))
