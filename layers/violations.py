"""Violations (违规): breaches of the nine prohibitions and of the list's other rows."""

from geo.models import codes
from layers.facts import NO_SOURCE, PLACED, PLACES, SYNTHETIC, TYPED, believed, drawn, readers
from layers.layer import Layer, Property, read_sql
from layers.styles import palette
from layers.styles.style import Class, Style
from layers.temporal import Time, since

STATUSES = ("found", "confirmed", "appealed", "closed", "revoked")
"""As of a day; 发现, 查实, 申诉, 办结, 撤销."""

_FEATURES = read_sql(__file__)

VIOLATIONS = Layer(
    id="violations",
    title="违规",
    title_en="Violations",
    description="小区内的违规行为及其办理状态",
    description_en="Breaches in compounds, and how far each has come",
    features=_FEATURES,
    drawn=drawn(_FEATURES),
    believed=believed(_FEATURES, "v"),
    time=Time(
        "自发现之日至办结或撤销之日",
        "From the day it was found to the day it was closed or revoked",
        since("oversight.violation", "found_on"),
        ends="LEAST(v.closed_on, v.revoked_on)",
    ),
    resource="violations",
    properties={
        "code": Property("string", "文书编号", "Number of the office"),
        **PLACED,
        **TYPED,
        "family": Property("string", "违规大类", "Family of breaches", codes.VIOLATION_FAMILIES),
        "offender_kind": Property("string", "责任方", "Who committed it", codes.OFFENDER_KINDS),
        "company_id": Property("integer", "物业服务企业编号", "Company id"),
        "company_name": Property("string", "物业服务企业", "Company"),
        "severity": Property("string", "程度", "Severity", codes.SEVERITIES),
        "status": Property("string", "状态", "How far it has come", STATUSES),
        "occurred_on": Property("date", "发生日期", "Day it happened"),
        "found_on": Property("date", "发现日期", "Day it was found"),
        "confirmed_on": Property("date", "查实日期", "Day it was proven"),
        "closed_on": Property("date", "办结日期", "Day it was closed"),
        **SYNTHETIC,
    },
    filters=PLACES,
    drawn_attributes=("compound_id", "type_code", "severity", "status"),
    table="registry.compound",
    attribution=NO_SOURCE,
    countable=(
        "status",
        "type_code",
        "family",
        "severity",
        "offender_kind",
        "district_code",
        "street_code",
    ),
    min_zoom=5,
    max_zoom=16,
    geometry="point",
    readers=readers("oversight.violation"),
    style=Style(
        by="severity",
        classes=(
            Class("serious", "严重", "Serious", palette.STAR_1),
            Class("general", "一般", "General", palette.STAR_2),
            Class("minor", "轻微", "Minor", palette.STAR_3),
            Class(None, "未定", "Not told", palette.STAR_UNRATED),
        ),
    ),
)
