"""Facts one at a time: entered, read, corrected, moved on; each answers what follows from it."""

from functools import partial
from typing import Annotated, Any, Union

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.bodies import LARGEST_BODY
from api.parameters import FeatureId, NoParameters
from api.readings import counted
from api.under import Under
from api.viewer import Viewing
from api.writes import IdempotencyKey, IfMatch, WriteQuery, Writing, permitted
from oversight.writing import fact
from oversight.writing.resource import Resource
from oversight.writing.resources import RESOURCES


class Why(BaseModel):
    """A reason, as a sentence, with the row of the list and the facts it rests on."""

    model_config = ConfigDict(extra="allow")

    code: str
    row: str
    zh: str
    en: str
    facts: list[dict[str, Any]]
    setting: str | None = Field(description="所用读法 · the setting that chose the reading")


class Change(BaseModel):
    """A status that changed: what held, what holds now, and why."""

    model_config = ConfigDict(extra="allow")

    before: dict[str, Any] | None
    after: dict[str, Any]
    why: list[Why] = Field(description="新的理由 · reasons that are new")
    no_longer: list[Why] = Field(description="不再成立的理由 · reasons that no longer hold")


class CompoundChange(Change):
    """A compound's status that changed."""

    compound: int


class CompanyChange(Change):
    """A company's status that changed."""

    company: int


class FactAnswer(BaseModel):
    """A fact as it stands; its ETag is in the header."""

    fact: dict[str, Any]


class WriteAnswer(FactAnswer):
    """What was written, and the statuses that changed because of it."""

    also: list[dict[str, Any]] = Field(description="一并录入的事实 · facts entered with it")
    changed: list[CompoundChange]
    companies: list[CompanyChange]


REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "the request is malformed"},
    403: {"description": "the writer may not"},
    409: {"description": "it contradicts what is there, or its state does not allow the step"},
    413: {"description": f"the body is longer than {LARGEST_BODY} bytes"},
    422: {"description": "it cannot become a fact; `parameter` names the field"},
    503: {"description": "the database is busy or does not answer; try again"},
}
CONDITIONAL: dict[int | str, dict[str, Any]] = {
    404: {"description": "there is no such fact"},
    412: {"description": "it was changed since it was read; the ETag it bears now is sent"},
    428: {"description": "If-Match is missing"},
    **REFUSED,
}

router = APIRouter(tags=["facts"])


def _routes(resource: Resource) -> APIRouter:
    """The routes of one resource."""
    made = Under(f"/{resource.name}")
    _reading(made, resource)
    _entering(made, resource)
    _correcting(made, resource)
    if resource.steps:
        _advancing(made, resource)
    return made


def _reading(router: APIRouter, resource: Resource) -> None:
    async def read(
        viewer: Viewing,
        writes: Writing,
        number: FeatureId,
        _none: Annotated[NoParameters, Query()],
    ) -> JSONResponse:
        _ = viewer.signed_in
        return await writes.read(viewer, resource, number)

    router.get(
        f"/{resource.name}/{{number}}",
        summary=f"{resource.title}: one ({resource.row})",
        name=f"read {resource.one}",
        dependencies=[counted(resource.name, "one")],
        response_model=FactAnswer,
        responses={404: {"description": "there is no such fact"}},
    )(read)


def _entering(router: APIRouter, resource: Resource) -> None:
    async def enter(
        request: Request,
        viewer: Viewing,
        writes: Writing,
        key: IdempotencyKey,
        query: Annotated[WriteQuery, Query()],
        body: Any,
    ) -> JSONResponse:
        asks = permitted(request, viewer, resource, "enter", key, query)
        work = partial(fact.enter, resource=resource, body=body, writer=asks.writer)
        return await writes.write(asks, f"/{resource.name}", body, work, status=201)

    enter.__annotations__["body"] = resource.body
    router.post(
        f"/{resource.name}",
        status_code=201,
        summary=f"{resource.title}: enter ({resource.row})",
        name=f"enter {resource.one}",
        response_model=WriteAnswer,
        responses=REFUSED,
    )(enter)


def _correcting(router: APIRouter, resource: Resource) -> None:
    async def correct(
        request: Request,
        viewer: Viewing,
        writes: Writing,
        number: FeatureId,
        knows: IfMatch,
        key: IdempotencyKey,
        query: Annotated[WriteQuery, Query()],
        body: Any,
    ) -> JSONResponse:
        asks = permitted(request, viewer, resource, "correct", key, query)
        work = partial(
            fact.correct,
            resource=resource,
            number=number,
            body=body,
            knows=knows,
            writer=asks.writer,
        )
        return await writes.write(asks, f"/{resource.name}", body, work)

    correct.__annotations__["body"] = resource.correction
    router.patch(
        f"/{resource.name}/{{number}}",
        summary=f"{resource.title}: correct ({resource.row})",
        name=f"correct {resource.one}",
        response_model=WriteAnswer,
        responses=CONDITIONAL,
    )(correct)


def _advancing(router: APIRouter, resource: Resource) -> None:
    async def advance(
        request: Request,
        viewer: Viewing,
        writes: Writing,
        number: FeatureId,
        knows: IfMatch,
        key: IdempotencyKey,
        query: Annotated[WriteQuery, Query()],
        body: Any,
    ) -> JSONResponse:
        asks = permitted(request, viewer, resource, body.step, key, query)
        work = partial(
            fact.advance,
            resource=resource,
            number=number,
            body=body,
            knows=knows,
            writer=asks.writer,
        )
        return await writes.write(asks, f"/{resource.name}", body, work)

    advance.__annotations__["body"] = _any_step(resource)
    router.post(
        f"/{resource.name}/{{number}}/steps",
        summary=f"{resource.title}: next step ({resource.row})",
        name=f"advance {resource.one}",
        response_model=WriteAnswer,
        responses=CONDITIONAL,
    )(advance)


def _any_step(resource: Resource) -> Any:
    """The steps' bodies, told apart by ``step``."""
    if len(resource.steps) == 1:
        return Annotated[resource.steps[0], Body()]
    return Annotated[Union[*resource.steps], Body(discriminator="step")]


for _resource in RESOURCES:
    router.include_router(_routes(_resource))
