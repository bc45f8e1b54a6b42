"""Disclosures, utilities, guards, emergency plans, notices, presences, plaques, contracts, as sent.

Rows T6, T7, T9, T13 and T14.
"""

from typing import Annotated

from pydantic import Field

from geo.models import codes
from oversight.writing.bodies.common import (
    Code,
    Day,
    Ended,
    Id,
    Line,
    Long,
    OfCompound,
    OneOf,
    Past,
    StartsAndEnds,
    StepBody,
)


class Disclosure(StartsAndEnds, OfCompound):
    """六个公开 · whether one of the six disclosures stands (T7)."""

    kind: Annotated[str, OneOf(codes.DISCLOSURE_KINDS)] = Field(description="公开事项 · which")
    disclosed: bool = Field(description="是否公开 · whether it is disclosed")
    evidence: Long | None = Field(default=None, description="证据 · evidence")


class Utility(StartsAndEnds, OfCompound):
    """专业经营单位 · who supplies the compound (T13)."""

    kind: Annotated[str, OneOf(codes.UTILITY_KINDS)] = Field(description="种类 · kind")
    provider: Line = Field(description="单位 · provider")
    serves_end_user: bool = Field(description="服务到最终用户 · whether to the end user")
    hotline: Line | None = Field(default=None, description="服务电话 · hotline")


class GuardFiling(StartsAndEnds, OfCompound):
    """保安服务备案 · the guard service as filed with the police (T13)."""

    company_id: Id | None = Field(default=None, description="企业 · company")
    company_code: Code | None = Field(default=None, description="统一社会信用代码 · credit code")
    guards: int = Field(ge=0, le=10_000, description="保安人数 · guards")
    certified: int = Field(ge=0, le=10_000, description="持证人数 · certified guards")
    filed: bool = Field(description="是否备案 · whether filed")
    filed_on: Past | None = Field(default=None, description="备案日期 · day of filing")
    document: Line | None = Field(default=None, description="备案文号 · document")


class EmergencyPlan(StartsAndEnds, OfCompound):
    """应急预案 · an emergency plan with its supplies, training and drill (T9)."""

    kind: Annotated[str, OneOf(codes.EMERGENCY_KINDS)] = Field(description="类别 · kind")
    supplies: bool | None = Field(default=None, description="应急物资 · whether there are supplies")
    trained_on: Past | None = Field(default=None, description="培训日期 · day of the last training")
    drilled_on: Past | None = Field(default=None, description="演练日期 · day of the last drill")


class Notice(OfCompound):
    """管理责任清单公示 · a posting of the responsibility notice (T14)."""

    posted_on: Past = Field(description="公示日期 · day of posting")
    photo: Line | None = Field(default=None, description="照片 · photograph")


class NoticeRemoved(StepBody):
    """撤下 · removed."""

    step: Annotated[str, OneOf(("remove",))]


class Presence(StartsAndEnds, OfCompound):
    """常态化进驻 · an agency that comes to the compound regularly (T14)."""

    agency_id: Id = Field(description="部门 · agency")
    schedule: Line | None = Field(default=None, description="时间安排 · when it comes")


class Plaque(OfCompound):
    """星级铭牌 · a star plaque (T6)."""

    rating_id: Id | None = Field(default=None, description="评定结果 · rating it shows")
    star: int = Field(ge=1, le=5, description="星级 · stars")
    issued_on: Past = Field(description="颁发日期 · day of issue")


class PlaqueWithdrawn(StepBody):
    """收回 · withdrawn."""

    step: Annotated[str, OneOf(("withdraw",))]


class Contract(StartsAndEnds, OfCompound):
    """物业服务合同 · a company serves the compound (T7)."""

    start: Day = Field(alias="from", description="起 · first day of service")
    code: Code | None = Field(default=None, description="合同编号 · contract number")
    company_id: Id | None = Field(default=None, description="企业 · company")
    company_code: Code | None = Field(default=None, description="统一社会信用代码 · credit code")
    kind: Annotated[str, OneOf(codes.CONTRACT_KINDS)] = Field(
        default="ordinary", description="前期或普通 · early or ordinary"
    )
    filed: bool = Field(default=False, description="是否备案 · whether filed")
    filed_on: Past | None = Field(default=None, description="备案日期 · day of filing")
    model_text: bool | None = Field(default=None, description="示范文本 · on the model text")
    fee_per_m2: float | None = Field(
        default=None, ge=0, le=1000, allow_inf_nan=False, description="元/平方米·月 · fee"
    )


class ContractEnded(Ended):
    """合同终止 · the contract ends."""

    on: Day = Field(description="止（不含） · first day without service")
    end_reason: Annotated[str, OneOf(codes.CONTRACT_ENDS)] = Field(description="原因 · why")
