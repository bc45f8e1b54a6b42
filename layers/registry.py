"""Every layer the service offers; a new layer is one file and one line here."""

from layers.communities import COMMUNITIES
from layers.complaints import COMPLAINTS
from layers.compounds import COMPOUNDS
from layers.districts import DISTRICTS
from layers.duties import DUTIES
from layers.hazards import HAZARDS
from layers.inspections import INSPECTIONS
from layers.jurisdictions import JURISDICTIONS
from layers.layer import Layer
from layers.leads import LEADS
from layers.orders import ORDERS
from layers.self_government import SELF_GOVERNMENT
from layers.streets import STREETS
from layers.utilities import UTILITIES
from layers.violations import VIOLATIONS

LAYERS: dict[str, Layer] = {
    layer.id: layer
    for layer in (
        DISTRICTS,
        STREETS,
        COMMUNITIES,
        COMPOUNDS,
        VIOLATIONS,
        COMPLAINTS,
        LEADS,
        HAZARDS,
        ORDERS,
        INSPECTIONS,
        SELF_GOVERNMENT,
        UTILITIES,
        JURISDICTIONS,
        DUTIES,
    )
}
