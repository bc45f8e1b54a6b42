"""Query parameters of collections, of which there are dozens: read at once, described as ever.

FastAPI looks at each parameter of a model anew for every request, which for a page of compounds
took longer than reading the page from the database.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError


def query(model: type[BaseModel]) -> Any:
    """A dependency that gives the request's parameters as a model, with FastAPI's own errors.

    One that is given twice is refused before (:data:`api.parameters.Once`).
    """

    async def read(request: Request) -> BaseModel:
        try:
            return model.model_validate(dict(request.query_params))
        except ValidationError as error:
            named = [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
            raise RequestValidationError(named) from None

    return Depends(read)


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What the description of a route that reads such parameters lacks (``openapi_extra``)."""
    router = APIRouter()

    async def probe(query: Any) -> None:
        """Never asked."""

    probe.__annotations__["query"] = Annotated[model, Query()]
    router.add_api_route("/", probe)
    app = FastAPI()
    app.include_router(router)
    return {"parameters": app.openapi()["paths"]["/"]["get"]["parameters"]}
