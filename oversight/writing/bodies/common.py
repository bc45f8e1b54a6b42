"""What the bodies share: dates, texts, codes, and how a correction follows from them."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo
from pydantic_core import core_schema

from geo.dates import FIRST_DAY, today

LAST_DAY = date(2199, 12, 31)

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class OneOf:
    """A string of a code list; the schema lists the codes."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        """Keep the codes."""
        self.codes = codes

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        """Just the codes, as pydantic checks and shows them."""
        return core_schema.literal_schema(list(self.codes))


def _iso(given: Any) -> Any:
    # Left to itself pydantic takes a number for seconds since 1970.
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if isinstance(given, str) and _ISO_DAY.fullmatch(given):
        return given
    raise ValueError("must be a day written YYYY-MM-DD")


def _in_calendar(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"must lie between {FIRST_DAY} and {LAST_DAY}")
    return day


def _has_come(day: date) -> date:
    if day > today():
        raise ValueError(
            f"lies in the future; today is {today()} in Asia/Shanghai, and what has not happened "
            "is no fact yet"
        )
    return day


def _storable(text: str) -> str:
    if any(letter < " " and letter not in "\n\r\t" for letter in text):
        raise ValueError("holds a control character")
    return text


Day = Annotated[date, BeforeValidator(_iso), AfterValidator(_in_calendar)]
"""A day that may lie ahead: a deadline, a planned end."""

Past = Annotated[Day, AfterValidator(_has_come)]
"""The day of something that happened, in Asia/Shanghai."""

Id = Annotated[int, Field(strict=True, ge=1, le=2**63 - 1)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_storable)]
Long = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_storable)]
Code = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_storable)]
Point = Annotated[
    tuple[
        Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
        Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)],
    ],
    Field(description="经度、纬度（WGS 84 / CGCS2000） · longitude, latitude"),
]


class Body(BaseModel):
    """What is sent; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class OfCompound(Body):
    """About one compound, by number or by code."""

    compound_id: Id | None = Field(default=None, description="小区 · compound, by number")
    compound_code: Code | None = Field(default=None, description="小区编号 · compound, by code")


class StartsAndEnds(Body):
    """Holds over a span of days."""

    start: Past = Field(alias="from", description="起 · first day on which it holds")
    end: Day | None = Field(
        default=None,
        alias="until",
        description="止（不含） · first day on which it no longer holds",
    )


class StepBody(Body):
    """A step of the life cycle, on its day."""

    step: str
    on: Past = Field(default_factory=today, description="日期 · day of the step; today if missing")


class Ended(StepBody):
    """It no longer holds from a day on."""

    step: Annotated[str, OneOf(("end",))]
    on: Past = Field(description="止（不含） · first day on which it no longer holds")


class ReasonedStep(StepBody):
    """A step that needs a reason."""

    reason: Long = Field(description="理由 · reason")


class NewDeadline(ReasonedStep):
    """A step that sets a later deadline."""

    due_on: Day = Field(description="新期限 · new deadline")


IDENTITY = frozenset({"compound_id", "compound_code"})
"""A fact about another compound is another fact: no correction moves it."""


def correction(created: type[Body], *, but: frozenset[str] = frozenset()) -> type[Body]:
    """The body of a correction: what may be stated at first, each field optional.

    A field that is sent replaces what was stated; null clears it where it may be missing.
    """
    fields: dict[str, Any] = {}
    for name, info in created.model_fields.items():
        if name in IDENTITY or name in but:
            continue
        optional = FieldInfo.merge_field_infos(
            info, default=None, default_factory=None, json_schema_extra=_no_default
        )
        fields[name] = (info.annotation, optional)
    return create_model(
        f"{created.__name__}Correction", __base__=Body, __doc__=created.__doc__, **fields
    )


def _no_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)
