"""Inspections (检查) that were made, and how much each found (T2, T4)."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

_FEATURES = read_sql(__file__)

INSPECTIONS = Layer(
    id="inspections",
    title="检查",
    title_en="Inspections",
    description="已进行的检查及发现问题数",
    description_en="Inspections made, and how much each found",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "i"),
    time=Time(
        "检查之日",
        "The day of the inspection",
        since("planning.inspection", "inspected_on"),
        ends="i.inspected_on",
    ),
    resource="inspections",
    properties={
        "code": Property("string", "文书编号", "Number of the office"),
        **PLACED,
        "inspected_on": Property("date", "检查日期", "Day of the inspection"),
        "kind": Property("string", "检查类别", "Kind", codes.VISIT_KINDS),
        "reason": Property("string", "检查原因", "Reason", codes.INSPECTION_REASONS),
        "agency_kind": Property("string", "检查部门", "Who inspected", codes.INSPECTING_BODIES),
        "findings_count": Property("integer", "发现问题数", "Findings"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "kind", "reason", "findings_count"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=("kind", "reason", "agency_kind", "district_code", "street_code"),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    readers=readers("planning.inspection"),
    style=Style(
        by="kind",
        classes=(
            Class("routine", "日常检查", "Routine", palette.ACCENT),
            Class("special", "专项检查", "Special", palette.STAR_2),
            Class("case", "个案检查", "Case", palette.DANGER),
        ),
    ),
)
