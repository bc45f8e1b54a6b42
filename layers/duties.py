"""Duties (职责): which body leads and which answers for each row of the list, without a place."""

from geo.models import codes
from layers.facts import NO_SOURCE, SYNTHETIC, believed, drawn
from layers.filters import CITY_CODE
from layers.layer import Layer, Property, read_sql

_FEATURES = read_sql(__file__)

DUTIES = Layer(
    id="duties",
    title="任务分工",
    title_en="Duties",
    description="任务清单各项的牵头单位和责任单位",
    description_en="Who leads and who answers for each row of the list",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "d"),
    properties={
        "city_code": Property("string", "城市代码", "City code"),
        "row": Property("string", "任务", "Row of the list", codes.ROWS),
        "level": Property("string", "层级", "City or county", codes.LEVELS),
        "role": Property("string", "职责", "Leads, or answers for it", codes.DUTY_ROLES),
        "body": Property("string", "单位", "Body", codes.DUTY_BODIES),
        **SYNTHETIC,
    },
    filters={"city_code": CITY_CODE},
    drawn_attributes=(),
    table="registry.district_boundary",
    attribution=NO_SOURCE,
    countable=("row", "level", "role", "body"),
    geometry="none",
    placed=False,
)
