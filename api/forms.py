"""The form fields of an import, checked before anything is queued."""

import codecs
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from api.errors import Problem
from api.parameters import Day
from geo.errors import AtlasError
from geo.imports import profile
from geo.imports.options import Options


def _known_kind(kind: str) -> str:
    try:
        return profile.load(kind).kind
    except AtlasError as error:
        raise ValueError(str(error)) from None


def _known_datum(datum: str) -> str:
    from geo import crs  # noqa: PLC0415 - loads slowly, and few requests are imports

    if datum.strip().lower() == "guess":
        return "guess"
    try:
        return crs.parse_datum(datum)
    except AtlasError as error:
        raise ValueError(str(error)) from None


def _known_encoding(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise ValueError("is not an encoding; utf-8, gbk and gb18030 are usual") from None


def _pair(mapping: str) -> str:
    heading, sign, field = mapping.rpartition("=")
    if not (heading and sign and field):
        raise ValueError("is not of the form 列=field, as 小区=name")
    return mapping


class ImportForm(BaseModel):
    """What is sent with a file. An empty field counts as not sent."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[str, AfterValidator(_known_kind)] = Field(
        description="What the rows are: compounds, companies, contracts, …, or in Chinese"
    )
    city: str | None = Field(
        default=None, pattern="^[0-9]{6}$", description="Code of the city; the only one if omitted"
    )
    datum: Annotated[str, AfterValidator(_known_datum)] | None = Field(
        default=None, description="wgs84, cgcs2000, gcj02, bd09, EPSG:n, or guess"
    )
    map: list[Annotated[str, AfterValidator(_pair)]] = Field(
        default=[], max_length=200, description="列=field: which field a heading is; repeatable"
    )
    sheet: str | None = Field(default=None, max_length=200, description="Only this sheet or layer")
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = Field(
        default=None, description="Of text, as gbk"
    )
    dry_run: bool = Field(default=False, description="Check only; write no facts")
    correct: bool = Field(default=False, description="Replace what is recorded")
    max_errors: int | None = Field(
        default=None, ge=0, le=10**9, description="Write nothing if more rows are rejected"
    )
    on: Day | None = Field(default=None, description="Day from which changes hold, YYYY-MM-DD")

    def options(self, city: str) -> Options:
        """The options of the import; Problem 400 for a mapping to a field the kind lacks."""
        fields = [field.name for field in profile.load(self.kind).fields]
        mapping = {}
        for pair in self.map:
            heading, _, name = pair.rpartition("=")
            if name not in fields:
                raise Problem(
                    400,
                    f"map = {pair!r}: {self.kind} have no field {name!r}; "
                    f"the fields are {', '.join(fields)}",
                    parameter="map",
                )
            mapping[heading] = name
        return Options(
            city=city,
            datum=self.datum,
            mapping=mapping,
            on=self.on,
            correct=self.correct,
            dry_run=self.dry_run,
            max_errors=self.max_errors,
            sheet=self.sheet,
            encoding=self.encoding,
        )


NAMES = frozenset(ImportForm.model_fields)


def checked(fields: Iterable[tuple[str, str]]) -> ImportForm:
    """The form made of the fields as sent; Problem 400 names the one that is wrong."""
    values: dict[str, Any] = {}
    for name, value in fields:
        if not value:
            continue
        if name == "map":
            values.setdefault(name, []).append(value)
        elif name in values:
            raise Problem(400, f"the field {name!r} is given twice", parameter=name)
        else:
            values[name] = value
    try:
        return ImportForm.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "missing":
            raise Problem(400, f"the field {name!r} is missing", parameter=name) from None
        said = first["msg"].removeprefix("Value error, ")
        raise Problem(400, f"{name} = {str(first['input'])!r}: {said}", parameter=name) from None


def request_body() -> dict[str, Any]:
    """How OpenAPI describes the form: the body is read by hand, so FastAPI cannot say it."""
    schema = ImportForm.model_json_schema()
    file = {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "minItems": 1,
        "maxItems": 5,
        "description": "The file; or the .shp, .shx, .dbf, .prj and .cpg of one Shapefile",
    }
    schema["properties"] = {"file": file, **schema["properties"]}
    schema["required"] = ["file", "kind"]
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
