"""Property companies (物业服务企业) and their contracts with compounds."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Imported,
    Numbered,
    OfCompound,
    Placed,
    Valid,
    bounded_start,
    no_overlap,
    once_per_city,
    one_of,
)


class Company(Fact, Imported, Base):
    """A property-service company; ``code`` is its unified social credit code (GB 32100)."""

    __tablename__ = "company"
    __table_args__ = (
        once_per_city("company", "code"),
        CheckConstraint("name <> ''", name="name"),
        {"schema": "registry"},
    )

    code: Mapped[str]
    name: Mapped[str]
    founded_on: Mapped[date | None]


class CompanyContact(Base):
    """Who heads a company and how to reach them: personal data, apart from what is public."""

    __tablename__ = "company_contact"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    company_id: Mapped[int] = mapped_column(ForeignKey("registry.company.id"), primary_key=True)
    head_name: Mapped[str | None]
    phone: Mapped[str | None]


def _running(*columns: str) -> Index:
    """An index that tells by itself which contracts run on a day."""
    return Index(
        f"contract_{'_'.join(columns)}_idx",
        *columns,
        postgresql_include=["valid"],
        postgresql_where="superseded_at IS NULL",
    )


class Contract(Fact, Valid, OfCompound, Numbered, Placed, Base):
    """A company serves a compound over a span of days (物业服务合同; filing: T7)."""

    __tablename__ = "contract"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.CONTRACT_KINDS),
        one_of("end_reason", codes.CONTRACT_ENDS),
        CheckConstraint("filed OR filed_on IS NULL", name="filed"),
        CheckConstraint("fee_per_m2 >= 0", name="fee_per_m2"),
        CheckConstraint("end_reason IS NULL OR NOT upper_inf(valid)", name="ended"),
        no_overlap("contract", "compound_id"),
        once_per_city("contract", "code"),
        _running("area_code", "company_id"),
        _running("company_id", "compound_id"),
        {"schema": "registry"},
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("registry.company.id"), index=True)
    kind: Mapped[str]
    filed: Mapped[bool] = mapped_column(server_default=false())
    filed_on: Mapped[date | None]
    model_text: Mapped[bool | None]
    fee_per_m2: Mapped[float | None]
    end_reason: Mapped[str | None]


class ContractManager(Placed, Base):
    """The project manager (项目经理) named in a contract: personal data."""

    __tablename__ = "contract_manager"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    contract_id: Mapped[int] = mapped_column(ForeignKey("registry.contract.id"), primary_key=True)
    name: Mapped[str | None]
    phone: Mapped[str | None]
