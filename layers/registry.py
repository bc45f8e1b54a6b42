"""Every layer the service offers; a new layer is one file and one line here."""

from layers.compounds import COMPOUNDS
from layers.districts import DISTRICTS
from layers.jurisdictions import JURISDICTIONS
from layers.layer import Layer
from layers.streets import STREETS

LAYERS: dict[str, Layer] = {
    layer.id: layer for layer in (DISTRICTS, STREETS, COMPOUNDS, JURISDICTIONS)
}
