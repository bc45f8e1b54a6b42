"""Utilities (专营单位) and whether they serve the end user (T13)."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

_FEATURES = read_sql(__file__)

UTILITIES = Layer(
    id="utilities",
    title="专营单位",
    title_en="Utilities",
    description="水、电、气、热等专营单位是否抄表到户",
    description_en="Water, power, gas, heat and others, and whether they serve each household",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "u"),
    time=Time(
        "服务的有效期",
        "The days for which it is recorded to serve",
        since("registry.utility", "lower(valid)"),
        spans=("u",),
    ),
    resource="utilities",
    properties={
        **PLACED,
        "kind": Property("string", "类别", "Kind", codes.UTILITY_KINDS),
        "provider": Property("string", "单位", "Provider"),
        "serves_end_user": Property("boolean", "服务到户", "Serves the end user"),
        "hotline": Property("string", "服务电话", "Hotline"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "kind", "serves_end_user"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("kind", "serves_end_user", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    readers=readers("registry.utility"),
    style=Style(
        by="serves_end_user",
        classes=(
            Class(True, "服务到户", "Serves the end user", palette.GOOD),
            Class(False, "未服务到户", "Does not", palette.DANGER),
        ),
    ),
)
