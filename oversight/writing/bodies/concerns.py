"""Complaints, hazards, inspections and mediations, as they are sent (T4, T8, T9, T10, T15)."""

from typing import Annotated, Any

from pydantic import Field

from geo.models import codes
from oversight.writing.bodies.common import (
    Body,
    Code,
    Day,
    Line,
    Long,
    OfCompound,
    OneOf,
    Past,
    Point,
    StepBody,
)


class Complainant(Body):
    """投诉人 · who complained, in what words: kept apart, never answered."""

    name: Line | None = Field(default=None, description="姓名 · name")
    phone: Line | None = Field(default=None, description="电话 · telephone")
    statement: Long | None = Field(default=None, description="投诉内容 · in their words")


class Complaint(OfCompound):
    """投诉 · about a compound, a street or a community (T8, T15)."""

    code: Code | None = Field(default=None, description="编号 · the office's number")
    street_code: Code | None = Field(default=None, description="街道代码 · street")
    community_code: Code | None = Field(default=None, description="社区代码 · community")
    type_code: Code | None = Field(default=None, description="违规类型 · type of violation")
    subject: Annotated[str, OneOf(codes.COMPLAINT_SUBJECTS)] = Field(
        description="投诉对象 · whom it is about"
    )
    channel: Annotated[str, OneOf(codes.COMPLAINT_CHANNELS)] = Field(description="渠道 · channel")
    received_on: Past = Field(description="受理日期 · day it was received")
    due_on: Day | None = Field(
        default=None, description="办结期限；缺省按政策 · deadline; missing: the policy's"
    )
    point: Point | None = None
    person: Complainant | None = Field(default=None, description="投诉人 · who complained")


class ComplaintClosed(StepBody):
    """办结 · closed."""

    step: Annotated[str, OneOf(("close",))]
    upheld: bool | None = Field(default=None, description="是否属实 · whether it was upheld")


class Hazard(OfCompound):
    """隐患 · a danger found (T9, T10)."""

    code: Code | None = Field(default=None, description="编号 · the office's number")
    type_code: Code = Field(description="类型 · type: T9…, T13…")
    severity: Annotated[str, OneOf(codes.SEVERITIES)] | None = Field(
        default=None, description="严重程度；缺省按政策 · severity; missing: the policy's"
    )
    found_on: Past = Field(description="发现日期 · day it was found")
    due_on: Day | None = Field(
        default=None, description="消除期限；缺省按政策 · deadline; missing: the policy's"
    )
    point: Point | None = None
    description: Long | None = Field(default=None, description="描述 · description")


class HazardCleared(StepBody):
    """消除 · cleared."""

    step: Annotated[str, OneOf(("clear",))]


class Inspection(OfCompound):
    """检查 · a visit that took place (T4, T5, T10)."""

    code: Code | None = Field(default=None, description="编号 · the office's number")
    inspected_on: Past = Field(description="检查日期 · day of the visit")
    kind: Annotated[str, OneOf(codes.VISIT_KINDS)] = Field(description="检查类别 · kind")
    reason: Annotated[str, OneOf(codes.INSPECTION_REASONS)] = Field(description="事由 · reason")
    agency_kind: Annotated[str, OneOf(codes.INSPECTING_BODIES)] = Field(
        description="检查单位 · inspecting body"
    )
    findings_count: int = Field(ge=0, le=10_000, description="发现问题数 · findings")
    checklist: dict[str, Any] | None = Field(default=None, description="检查表 · checklist")
    findings: Long | None = Field(default=None, description="发现问题 · what was found")


class Mediation(OfCompound):
    """调处 · a dispute mediated (T15)."""

    party: Annotated[str, OneOf(codes.MEDIATION_PARTIES)] = Field(description="当事方 · party")
    counterparty: Annotated[str, OneOf(codes.MEDIATION_PARTIES)] = Field(
        description="对方 · counterparty"
    )
    subject: Line = Field(description="事项 · subject")
    opened_on: Past = Field(description="受理日期 · day it was opened")
    closed_on: Past | None = Field(default=None, description="办结日期 · day it was closed")
    outcome: Annotated[str, OneOf(codes.MEDIATION_OUTCOMES)] | None = Field(
        default=None, description="结果 · outcome"
    )
