"""The tables, one module per topic; importing this package knows them all."""

from geo.models import (  # noqa: F401
    access,
    agencies,
    audit,
    breaches,
    companies,
    compounds,
    concerns,
    drawn,
    imports,
    places,
    planning,
    ratings,
    self_government,
    services,
    statuses,
)
from geo.models.base import SCHEMAS, Base

__all__ = ["SCHEMAS", "Base"]
