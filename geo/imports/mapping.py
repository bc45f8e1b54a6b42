"""Which heading of a sheet feeds which field of a kind."""

import re
import unicodedata
from collections.abc import Mapping as Given
from dataclasses import dataclass, field

from rapidfuzz import process

from geo.errors import AtlasError
from geo.imports.profile import Field, Profile
from geo.imports.table import Layout
from geo.imports.workbook import ADDED, DECISION, HELD_NUMBER

DBF_BYTES = 10
"""So long is a heading in a Shapefile's table (dBASE III)."""

_IN_BRACKETS = re.compile(r"[(\[{<【〔《「][^)\]}>】〕》」]*[)\]}>】〕》」]?")
_NOT_WORDS = re.compile(r"[^0-9a-z㐀-鿿]+")
_RESERVED = {
    **{name: name for name in ADDED},
    "held_row": HELD_NUMBER,
    "decision": DECISION,
}


@dataclass(frozen=True)
class Mapping:
    """The heading of each field; ``unused`` headings feed none.

    ``held`` and ``decision`` are the headings under which rows that come back from quarantine say
    which held row they were and what a person decided.
    """

    columns: dict[str, str]
    unused: list[str] = field(default_factory=list)
    held: str | None = None
    decision: str | None = None


def match(
    layout: Layout,
    profile: Profile,
    overrides: Given[str, str] | None = None,
    *,
    shapes: bool = False,
) -> Mapping:
    """Match a sheet's headings with a kind's fields.

    A heading is a field's when it is, spelling aside, its name, a title or a synonym; the ten
    bytes a Shapefile leaves of one serve where they fit one field only. ``overrides`` (heading to
    field) win. Raises AtlasError where an override names what is not there, or a required field has
    no heading.
    """
    columns = _overridden(layout, profile, overrides or {})
    special = {_RESERVED[name]: name for name in layout.headings if name in _RESERVED}
    free = [
        name
        for name in layout.headings
        if name not in columns.values() and name not in special.values()
    ]
    for matches in (_exactly, _by_last_part, _cut_off):
        for heading in list(free):
            fields = [
                one for one in profile.fields if one.name not in columns and matches(heading, one)
            ]
            if len(fields) == 1:
                columns[fields[0].name] = heading
                free.remove(heading)
    _require(layout, profile, columns, free)
    return Mapping(columns, free, special.get(HELD_NUMBER), special.get(DECISION))


def likeness(cells: list[str], profile: Profile) -> int:
    """How many cells are headings of the kind: the heading row is the one with the most."""
    known = {word for one in profile.fields for word in _words(one)}
    return sum(normal(cell) in known for cell in set(cells) if cell)


def normal(heading: str) -> str:
    """A heading without what makes no difference: width, case, spaces, signs, units in brackets."""
    plain = unicodedata.normalize("NFKC", heading).lower()
    without = _NOT_WORDS.sub("", _IN_BRACKETS.sub("", plain))
    return without or _NOT_WORDS.sub("", plain)


def _words(one: Field) -> set[str]:
    return {normal(word) for word in (one.name, one.title, one.title_en, *one.headings)}


def _exactly(heading: str, one: Field) -> bool:
    return normal(heading) in _words(one)


def _by_last_part(heading: str, one: Field) -> bool:
    """A heading under a merged one: 评分/绿化 is 绿化."""
    return "/" in heading and normal(heading.rsplit("/", 1)[1]) in _words(one)


def _cut_off(heading: str, one: Field) -> bool:
    """What a Shapefile's table leaves of a heading, in UTF-8 or GBK."""
    plain = heading.strip().lower()
    for word in (one.name, one.title, one.title_en, *one.headings):
        for encoding in ("utf-8", "gbk"):
            whole = word.lower().encode(encoding, "ignore")
            cut = whole[:DBF_BYTES].decode(encoding, "ignore")
            if len(whole) > DBF_BYTES and cut in (plain, plain.replace("_", " ")):
                return True
    return False


def _overridden(layout: Layout, profile: Profile, overrides: Given[str, str]) -> dict[str, str]:
    columns = {}
    by_normal = {normal(name): name for name in layout.headings}
    for heading, name in overrides.items():
        found = heading if heading in layout.headings else by_normal.get(normal(heading))
        if found is None:
            raise AtlasError(
                f'--map "{heading}={name}": there is no column "{heading}"; '
                f"the columns are {', '.join(layout.headings)}"
            )
        if name not in {one.name for one in profile.fields}:
            known = ", ".join(one.name for one in profile.fields)
            raise AtlasError(
                f'--map "{heading}={name}": {profile.kind} have no field "{name}"; '
                f"the fields are {known}"
            )
        if name in columns:
            raise AtlasError(f'--map gives the field "{name}" twice; leave one out')
        columns[name] = found
    return columns


def _require(layout: Layout, profile: Profile, columns: dict[str, str], free: list[str]) -> None:
    missing = [one for one in profile.fields if one.required and one.name not in columns]
    if not missing:
        return
    told = []
    for one in missing:
        near = process.extractOne(one.title, free) or process.extractOne(one.name, free)
        hint = f', perhaps --map "{near[0]}={one.name}"' if near and near[1] >= 50 else ""
        told.append(f"{one.title} ({one.name}){hint}")
    where = f'sheet "{layout.sheet}": ' if layout.sheet else ""
    raise AtlasError(
        f"{where}no column for {'; '.join(told)}; the columns are "
        f"{', '.join(layout.headings) or 'none'}; name them with --map 列=field"
    )
