"""Who did what, when, from where and why: rows are added, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.models.base import Base


class Event(Base):
    """One change of one row. Partitioned by month; a trigger refuses UPDATE, DELETE, TRUNCATE."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_table_name_row_key_idx", "table_name", "row_key"),
        {"schema": "audit", "postgresql_partition_by": "RANGE (at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), primary_key=True)
    actor: Mapped[str]
    action: Mapped[str]
    table_name: Mapped[str | None]
    row_key: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reason: Mapped[str | None]
    request_id: Mapped[str | None]
    address: Mapped[str | None] = mapped_column(INET)
