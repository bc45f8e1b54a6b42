"""What was imported from which file, what was mended, and the rows that did not become facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import Base, Key, one_of


class ImportFile(Base):
    """One file given to the import: what it was, how it was read, how far it got, its report.

    ``layouts`` are the sheets or layers as :class:`geo.imports.table.Layout` has them, so that held
    rows can be given back in the form they came in.
    """

    __tablename__ = "file"
    __table_args__ = (
        one_of("state", codes.IMPORT_STATES),
        CheckConstraint("bytes >= 0", name="bytes"),
        Index("file_created_at_idx", text("created_at DESC")),
        {"schema": "imports"},
    )

    id: Mapped[Key]
    kind: Mapped[str]
    city_code: Mapped[str | None] = mapped_column(ForeignKey("registry.city.code"), index=True)
    name: Mapped[str]
    sha256: Mapped[str | None]
    bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str | None]
    datum: Mapped[str | None]
    dry_run: Mapped[bool] = mapped_column(server_default=false())
    state: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    layouts: Mapped[list[Any] | None] = mapped_column(JSONB)
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    grant_id: Mapped[int | None] = mapped_column(BigInteger)
    session_id: Mapped[str | None]
    request_id: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(INET)


class Repair(Base):
    """One kind of repair and the rows that needed it; ``amounts`` are its size (m², corners)."""

    __tablename__ = "repair"
    __table_args__ = ({"schema": "imports"},)

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.file.id"), index=True)
    sheet: Mapped[str]
    code: Mapped[str]
    numbers: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    amounts: Mapped[list[float] | None] = mapped_column(ARRAY(Double))


class HeldRow(Base):
    """A row that did not become a fact: rejected, or in doubt and waiting for a person's decision.

    ``cells`` are its cells as text in the order of the layout's headings, ``shape`` its geometry
    (WKB in the file's own coordinates).
    """

    __tablename__ = "held_row"
    __table_args__ = (
        one_of("verdict", codes.HELD_VERDICTS),
        Index("held_row_resolved_by_idx", "resolved_by"),
        {"schema": "imports"},
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.file.id"), index=True)
    verdict: Mapped[str]
    sheet: Mapped[str]
    number: Mapped[int]
    cells: Mapped[list[Any]] = mapped_column(JSONB)
    shape: Mapped[bytes | None] = mapped_column(LargeBinary)
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("imports.file.id"))
    resolved_at: Mapped[datetime | None]


class Finding(Base):
    """Why a row is held: the field, its value, and the reason in Chinese and English."""

    __tablename__ = "finding"
    __table_args__ = ({"schema": "imports"},)

    id: Mapped[Key]
    row_id: Mapped[int] = mapped_column(ForeignKey("imports.held_row.id"), index=True)
    field: Mapped[str | None]
    value: Mapped[str | None]
    code: Mapped[str]
    reason_zh: Mapped[str]
    reason_en: Mapped[str]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
