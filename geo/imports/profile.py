"""The profile of a kind of file: which fields it has, under which headings, with which values."""

import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from geo.errors import AtlasError

FOLDER = Path(__file__).with_name("profiles")

TYPES = (
    "text",
    "integer",
    "number",
    "date",
    "boolean",
    "code",  # one of ``codes``, by the code or one of its words
    "star",  # 0–5; 0 is 不达标
    "credit_code",  # unified social credit code, GB 32100, with its check character
    "reference",  # another thing, by number or name: see ``refers``
    "longitude",
    "latitude",
    "wkt",
)

REFERENCES = (
    "compound",
    "company",
    "agency",
    "violation_type",
    "violation",
    "district",
    "street",
    "community",
)


@dataclass(frozen=True)
class Field:
    """One field. ``column`` is that of the table it is written to; None where it only helps.

    ``headings`` are synonyms beside both titles. ``codes`` gives, for every code, its words; of a
    boolean, words for ``true`` and ``false`` beside the usual ones.
    ``fills`` fields may be filled in or moved on by a later file without ``--correct``; the value
    of any other that is recorded already may not be contradicted.
    """

    name: str
    type: str
    title: str
    title_en: str
    column: str | None = None
    headings: tuple[str, ...] = ()
    required: bool = False
    refers: str | None = None
    codes: dict[str, list[str]] = field(default_factory=dict)
    pattern: str | None = None
    min: float | None = None
    max: float | None = None
    max_length: int | None = None
    unit: str | None = None
    default: Any = None
    fills: bool = False
    example: Any = None
    note: str | None = None
    note_en: str | None = None


@dataclass(frozen=True)
class Geometry:
    """What shapes a kind takes. ``accepts``: ``polygon``, ``point``. Limits: m² and corners.

    A point given for something that has an area becomes a circle of ``point_radius_m``.
    """

    accepts: tuple[str, ...]
    required: bool = False
    min_area_m2: float | None = None
    max_area_m2: float | None = None
    max_vertices: int = 100_000
    point_radius_m: float | None = None


@dataclass(frozen=True)
class Matching:
    """When two outlines are the same compound (``same``) and when that is in doubt (``doubt``).

    ``iou`` is intersection over union; ``name`` the similarity of names, 0–1. ``overlap`` is the
    share of the smaller that may lie on another compound; ``place_share`` the share of the area
    that must lie in one district and street.
    """

    same_iou: float
    same_name: float
    doubt_iou: float
    doubt_name: float
    near_m: float
    overlap: float
    place_share: float


@dataclass(frozen=True)
class Profile:
    """One kind of file. ``history`` says how its facts live on in time:

    ``entity``: stands as it is now; ``event``: has its own dates; ``range``: holds from a day (the
    fields ``valid_from``, ``valid_to``) until the next of the same subject; ``outline``: a place
    with a boundary. ``identity`` lists sets of fields; the first whose fields a row all has tells
    which recorded fact it is. ``order`` lists fields whose values never fall from one to the next
    (days, counts), where they are given. ``needs`` lists sets of which a row must give one.
    """

    kind: str
    name: str
    name_en: str
    table: str
    history: str
    identity: tuple[tuple[str, ...], ...]
    fields: tuple[Field, ...]
    aliases: tuple[str, ...] = ()
    order: tuple[tuple[str, ...], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    geometry: Geometry | None = None
    matching: Matching | None = None

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        return self._by_name[name]

    @property
    def _by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}


@cache
def kinds() -> tuple[str, ...]:
    """Every kind that can be imported."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load(kind: str) -> Profile:
    """The profile of a kind, by its name, an alias or its Chinese name, in any case, with ``-``.

    Raises AtlasError where there is no such kind, naming those there are.
    """
    wanted = kind.strip().lower().replace("-", "_").replace(" ", "_")
    for known in kinds():
        profile = read(FOLDER / f"{known}.toml")
        if wanted in {known, profile.name, *profile.aliases}:
            return profile
    raise AtlasError(f'there is no kind "{kind}"; the kinds are {", ".join(kinds())}')


def read(path: Path) -> Profile:
    """A profile from its file; AtlasError names the key that is wrong."""
    given = tomllib.loads(path.read_text("utf-8"))
    try:
        made = _profile(given)
    except (TypeError, KeyError) as error:
        raise AtlasError(f"{path.name}: {error}") from None
    for one in made.fields:
        _check(one, path.name)
    _check_names(made, path.name)
    return made


def _profile(given: dict[str, Any]) -> Profile:
    rows = given.pop("field")
    geometry, matching = given.pop("geometry", None), given.pop("matching", None)
    return Profile(
        **_tuples(Profile, given),
        fields=tuple(Field(**_tuples(Field, row)) for row in rows),
        geometry=Geometry(**_tuples(Geometry, geometry)) if geometry else None,
        matching=Matching(**matching) if matching else None,
    )


def _tuples(made: type, given: dict[str, Any]) -> dict[str, Any]:
    """Lists become tuples where the dataclass has them."""
    types = {one.name: str(one.type) for one in fields(made)}
    values = dict(given)
    for name, value in given.items():
        if types.get(name, "").startswith("tuple") and isinstance(value, list):
            values[name] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    return values


def _check(one: Field, where: str) -> None:
    if one.type not in TYPES:
        raise AtlasError(f"{where}: field {one.name!r}: type {one.type!r} is not one of {TYPES}")
    if one.type == "reference" and one.refers not in REFERENCES:
        raise AtlasError(
            f"{where}: field {one.name!r}: refers {one.refers!r} is not one of {REFERENCES}"
        )
    if one.type == "code" and not one.codes:
        raise AtlasError(f"{where}: field {one.name!r} has no codes")


def _check_names(made: Profile, where: str) -> None:
    known = {one.name for one in made.fields}
    for key in ("identity", "order", "needs"):
        for name in chain.from_iterable(getattr(made, key)):
            if name not in known:
                raise AtlasError(f"{where}: {key} names {name!r}, which is no field")
