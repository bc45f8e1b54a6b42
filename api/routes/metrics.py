"""What the service has done, for Prometheus at this machine."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse

from api import loopback, metrics
from api.errors import Problem
from api.parameters import NoParameters
from api.workers import Workers

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Counts and durations, for Prometheus at this machine",
    response_class=PlainTextResponse,
)
async def measured(request: Request, _none: Annotated[NoParameters, Query()]) -> PlainTextResponse:
    """The text form of Prometheus, of every worker; 403 from elsewhere or through a proxy."""
    if reason := loopback.elsewhere(request):
        raise Problem(403, f"/metrics is for this machine only: {reason}")
    workers: Workers = request.app.state.workers
    return PlainTextResponse(
        await workers.text(), media_type=metrics.MEDIA_TYPE, headers={"Cache-Control": "no-store"}
    )
