"""The dossier of a compound."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.database import Asked
from api.errors import Problem
from api.parameters import AsOfQuery, FeatureId
from api.readings import counted
from layers.dossier import dossier

router = APIRouter(tags=["compounds"])


@router.get(
    "/compounds/{compound_id}",
    summary="Everything known of a compound, as of a day",
    dependencies=[counted("dossier", "one")],
)
async def compound(
    database: Asked, compound_id: FeatureId, query: Annotated[AsOfQuery, Query()]
) -> Response:
    """Where it is, who serves it, ratings, violations, orders, self-government, agencies."""
    text = await database.value(dossier(compound_id, as_of=query.as_of))
    if text is None:
        raise Problem(404, f"there is no compound {compound_id}")
    return Response(text, media_type="application/json")
