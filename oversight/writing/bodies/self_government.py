"""Committees, their members and steps against them, as they are sent (T11, T12, T15)."""

from typing import Annotated

from pydantic import Field

from geo.models import codes
from oversight.writing.bodies.common import (
    Body,
    Code,
    Day,
    Id,
    Line,
    OfCompound,
    OneOf,
    Past,
    StartsAndEnds,
)


class Committee(StartsAndEnds, OfCompound):
    """业委会、物管会、社区代行 · a body that speaks for the owners."""

    code: Code | None = Field(default=None, description="编号 · the office's number")
    kind: Annotated[str, OneOf(codes.SELF_GOVERNMENT_KINDS)] = Field(description="类别 · kind")
    community_code: Code | None = Field(default=None, description="社区代码 · community")
    term_start: Day | None = Field(
        default=None, alias="term_from", description="任期起 · first day of the term"
    )
    term_end: Day | None = Field(
        default=None, alias="term_until", description="任期止（不含） · first day after the term"
    )
    members_count: int | None = Field(default=None, ge=1, le=99, description="人数 · members")
    party_members_count: int | None = Field(
        default=None, ge=0, le=99, description="党员人数 · party members"
    )
    filed_on: Past | None = Field(default=None, description="备案日期 · day of filing")
    funds_published_on: Past | None = Field(
        default=None, description="经费公布日期 · day the work funds were published"
    )
    handed_over_on: Past | None = Field(
        default=None, description="移交日期 · day papers, seal and property were handed over"
    )
    pilot: bool = Field(default=False, description="物管会试点 · PMC pilot (T15)")


class MemberPerson(Body):
    """成员 · the person on a seat: kept apart, never answered."""

    name: Line | None = Field(default=None, description="姓名 · name")
    phone: Line | None = Field(default=None, description="电话 · telephone")
    party_member: bool | None = Field(default=None, description="党员 · party member")
    community_post: bool | None = Field(default=None, description="两委成员 · 两委")
    delegate: bool | None = Field(default=None, description="两代表一委员 · delegate")


class CommitteeMember(StartsAndEnds):
    """业委会席位 · a seat on a committee."""

    committee_id: Id = Field(description="业委会 · committee")
    position: Annotated[str, OneOf(codes.MEMBER_POSITIONS)] = Field(description="职务 · position")
    person: MemberPerson | None = Field(default=None, description="成员 · the person")


class CommitteeStep(Body):
    """对业委会或成员的措施 · a step against a committee or a member (T11, T12)."""

    committee_id: Id = Field(description="业委会 · committee")
    member_id: Id | None = Field(default=None, description="席位 · member's seat")
    violation_id: Id | None = Field(default=None, description="对应违规 · violation it answers")
    kind: Annotated[str, OneOf(codes.COMMITTEE_STEPS)] = Field(description="措施 · step")
    taken_on: Past = Field(description="日期 · day it was taken")
    document: Line | None = Field(default=None, description="文号 · document")
