"""Leads, violations, orders, referrals, measures and exit cases, as they are sent (T3, T5)."""

from typing import Annotated

from pydantic import Field

from geo.models import codes
from oversight.writing.bodies.common import (
    Body,
    Code,
    Day,
    Id,
    Line,
    Long,
    NewDeadline,
    OfCompound,
    OneOf,
    Past,
    ReasonedStep,
    StepBody,
)


class Lead(OfCompound):
    """线索 · an unproven report."""

    type_code: Code | None = Field(default=None, description="违规类型 · type of violation")
    agency_id: Id | None = Field(default=None, description="受理单位 · agency that accepts it")
    reporter_kind: Annotated[str, OneOf(codes.REPORTER_KINDS)] = Field(
        description="来源 · who reported it"
    )
    reported_on: Past = Field(description="收到日期 · day of the report")
    statement: Long | None = Field(default=None, description="内容 · what was reported")


class Violation(OfCompound):
    """违规 · one breach."""

    code: Code | None = Field(default=None, description="编号 · the office's number")
    type_code: Code = Field(description="违规类型 · type: P1…P9, T7…, T9…, T11…, T13…")
    offender_kind: Annotated[str, OneOf(codes.OFFENDER_KINDS)] = Field(
        description="责任主体 · who broke the rule"
    )
    company_id: Id | None = Field(
        default=None,
        description="企业；缺省为事发日在管企业 · company; missing: the one serving on the day",
    )
    company_code: Code | None = Field(default=None, description="统一社会信用代码 · credit code")
    committee_id: Id | None = Field(default=None, description="业委会 · committee")
    member_id: Id | None = Field(default=None, description="业委会成员 · member's seat")
    incident: Line | None = Field(
        default=None, description="同一事件标识 · mark of one incident, which counts once"
    )
    severity: Annotated[str, OneOf(codes.SEVERITIES)] | None = Field(
        default=None, description="严重程度；缺省按政策 · severity; missing: the policy's"
    )
    occurred_on: Past | None = Field(default=None, description="发生日期 · day it happened")
    found_on: Past = Field(description="发现日期 · day it was found")
    confirmed_on: Past | None = Field(default=None, description="认定日期 · day it was proven")
    evidence: Long | None = Field(default=None, description="证据 · evidence")


class Proven(Body):
    """查实后的违规 · the violation a lead turned out to be; the rest is taken from the lead."""

    type_code: Code | None = Field(default=None, description="缺省同线索 · missing: the lead's")
    offender_kind: Annotated[str, OneOf(codes.OFFENDER_KINDS)] = Field(
        description="责任主体 · who broke the rule"
    )
    company_id: Id | None = None
    company_code: Code | None = None
    committee_id: Id | None = None
    member_id: Id | None = None
    incident: Line | None = None
    severity: Annotated[str, OneOf(codes.SEVERITIES)] | None = None
    occurred_on: Past | None = None
    found_on: Past | None = Field(
        default=None, description="缺省为线索收到日期 · missing: the day of the report"
    )
    evidence: Long | None = None


class LeadDecided(StepBody):
    """查实、查无、转办 · what became of the lead; a proven one is, or becomes, a violation."""

    step: Annotated[str, OneOf(("decide",))]
    outcome: Annotated[str, OneOf(codes.LEAD_OUTCOMES)] = Field(description="结果 · outcome")
    violation_id: Id | None = Field(default=None, description="已录入的违规 · one that is entered")
    violation: Proven | None = Field(default=None, description="新录入的违规 · one to be entered")


class ViolationConfirmed(StepBody):
    """认定 · proven."""

    step: Annotated[str, OneOf(("confirm",))]


class ViolationAppealed(StepBody):
    """申诉 · appealed."""

    step: Annotated[str, OneOf(("appeal",))]


class ViolationClosed(StepBody):
    """整改完成 · rectified."""

    step: Annotated[str, OneOf(("close",))]


class ViolationRevoked(StepBody):
    """撤销 · revoked or overturned."""

    step: Annotated[str, OneOf(("revoke",))]
    reason: Long | None = Field(default=None, description="理由 · reason")


class Order(OfCompound):
    """限期整改通知 · a rectification order."""

    code: Code | None = Field(default=None, description="文号 · the office's number")
    violation_id: Id | None = Field(default=None, description="对应违规 · violation it answers")
    company_id: Id | None = Field(
        default=None, description="企业；缺省为违规企业 · company; missing: the offender"
    )
    company_code: Code | None = Field(default=None, description="统一社会信用代码 · credit code")
    issued_on: Past = Field(description="下达日期 · day of issue")
    due_on: Day | None = Field(
        default=None,
        description="期限；缺省按违规类型的工作日 · deadline; missing: the type's working days",
    )
    requirement: Long | None = Field(default=None, description="整改要求 · what must be done")


class OrderExtended(NewDeadline):
    """延期 · a later deadline."""

    step: Annotated[str, OneOf(("extend",))]


class OrderDone(StepBody):
    """报告完成 · reported done."""

    step: Annotated[str, OneOf(("report_done",))]


class OrderAccepted(StepBody):
    """验收通过 · accepted."""

    step: Annotated[str, OneOf(("accept",))]


class OrderReopened(NewDeadline):
    """重新整改 · taken up again."""

    step: Annotated[str, OneOf(("reopen",))]


class OrderWithdrawn(ReasonedStep):
    """撤回 · withdrawn."""

    step: Annotated[str, OneOf(("withdraw",))]


class Referral(Body):
    """移交 · a violation passed to an agency."""

    violation_id: Id = Field(description="违规 · violation")
    agency_id: Id | None = Field(
        default=None,
        description="接收单位；缺省按违规类型和属地 · agency; missing: the type's first, there",
    )
    sent_on: Past = Field(description="移交日期 · day it was sent")
    due_on: Day | None = Field(
        default=None, description="答复期限；缺省按政策 · deadline; missing: the policy's"
    )


class ReferralReceived(StepBody):
    """签收 · received."""

    step: Annotated[str, OneOf(("receive",))]


class ReferralAnswered(StepBody):
    """答复 · answered."""

    step: Annotated[str, OneOf(("answer",))]
    outcome: Annotated[
        str, OneOf(tuple(one for one in codes.REFERRAL_OUTCOMES if one != "returned"))
    ] = Field(description="结果 · outcome")
    answer: Long | None = Field(default=None, description="答复内容 · what was answered")


class ReferralReturned(ReasonedStep):
    """退回 · returned by the agency."""

    step: Annotated[str, OneOf(("return",))]


class ReferralExtended(NewDeadline):
    """延期 · a later deadline."""

    step: Annotated[str, OneOf(("extend",))]


class ReferralReopened(ReasonedStep):
    """重新移交 · taken up again."""

    step: Annotated[str, OneOf(("reopen",))]
    due_on: Day | None = Field(default=None, description="新期限 · new deadline")


class ReferralWithdrawn(ReasonedStep):
    """撤回 · withdrawn."""

    step: Annotated[str, OneOf(("withdraw",))]


class Measure(OfCompound):
    """监管措施 · a consequence for one company or compound."""

    kind: Annotated[str, OneOf(codes.MEASURE_KINDS)] = Field(description="措施 · measure")
    company_id: Id | None = Field(default=None, description="企业 · company")
    company_code: Code | None = Field(default=None, description="统一社会信用代码 · credit code")
    due_on: Past = Field(description="应采取之日 · day it became due")


class MeasureDecided(StepBody):
    """决定 · decided by an authority."""

    step: Annotated[str, OneOf(("decide",))]
    authority: Line = Field(description="决定机关 · authority")
    document: Line = Field(description="文号 · document")
    ends_on: Day | None = Field(default=None, description="最后一日 · last day of effect")


class MeasureDone(StepBody):
    """执行完毕 · done."""

    step: Annotated[str, OneOf(("done",))]


class Withdrawn(ReasonedStep):
    """撤销 · withdrawn."""

    step: Annotated[str, OneOf(("withdraw",))]


class ExitCase(OfCompound):
    """清退 · removal of a company from a compound."""

    company_id: Id | None = Field(
        default=None, description="企业；缺省为在管企业 · company; missing: the one serving"
    )
    company_code: Code | None = Field(default=None, description="统一社会信用代码 · credit code")
    ground: Annotated[str, OneOf(codes.EXIT_GROUNDS)] = Field(description="事由 · ground")
    opened_on: Past = Field(description="启动日期 · day it was opened")


class ExitDecided(StepBody):
    """决定清退 · decided."""

    step: Annotated[str, OneOf(("decide",))]


class ExitClosed(StepBody):
    """清退完成 · closed."""

    step: Annotated[str, OneOf(("close",))]
