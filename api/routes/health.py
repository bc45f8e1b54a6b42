"""Is the process alive; can it answer."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.database import AskedPublicly
from api.errors import Problem
from api.parameters import NoParameters
from geo import indexes, migrate
from layers.statement import Statement

router = APIRouter(tags=["health"])

_USABLE = Statement(indexes.USABLE_SQL, ())
_REVISION = Statement("SELECT version_num FROM public.alembic_version", ())


@router.get("/livez", summary="Is the process alive")
async def livez(_none: Annotated[NoParameters, Query()]) -> dict[str, str]:
    """Answers as long as the process does."""
    return {"status": "alive"}


@router.get("/readyz", summary="Can it answer: asks the database")
async def readyz(database: AskedPublicly, _none: Annotated[NoParameters, Query()]) -> JSONResponse:
    """200 when the database answers and has this program's schema and indexes; 503 otherwise."""
    revision = await database.value(_REVISION)
    if revision != migrate.head():
        raise Problem(
            503,
            f"the database is at revision {revision}, this program needs {migrate.head()}: "
            "run `atlas db migrate`",
        )
    lacking = indexes.missing(one[0] for one in await database.rows(_USABLE))
    if lacking:
        raise Problem(
            503, f"the database lacks {', '.join(lacking)}: `atlas up` says how to make them again"
        )
    return JSONResponse({"status": "ready", "revision": revision})
