"""Who did what, when, from where and why: rows are added, never changed, and sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from geo.models.base import Base, one_of


class Xid8(UserDefinedType[str]):
    """The number of a transaction, which a cluster never gives twice; as text in Python."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in PostgreSQL."""
        return "XID8"


class Event(Base):
    """One change of one row, or of many at once; written by ``audit.record()`` alone.

    Partitioned by month; triggers refuse UPDATE, DELETE and TRUNCATE. ``system_id`` and ``xid``
    name the cluster and the transaction that wrote it, by which a seal knows what it covers.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_table_name_row_key_idx", "table_name", "row_key"),
        Index("event_xid_idx", "xid"),
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
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    grant_id: Mapped[int | None] = mapped_column(BigInteger)
    session_id: Mapped[str | None]
    import_id: Mapped[int | None] = mapped_column(BigInteger)
    system_id: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_control_system()).system_identifier")
    )
    xid: Mapped[str] = mapped_column(Xid8, server_default=func.pg_current_xact_id())


class PersonalField(Base):
    """A column that holds a personal value: in an event its salted hash stands in its place."""

    __tablename__ = "personal_field"
    __table_args__ = ({"schema": "audit"},)

    table_name: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)


class PersonValue(Base):
    """A personal value that an event holds the hash of, with its salt; it can be erased."""

    __tablename__ = "person_value"
    __table_args__ = (one_of("side", ("before", "after")), {"schema": "audit"})

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    side: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    value: Mapped[str]


class Seal(Base):
    """What a seal covers, its root and its signature (:mod:`audit.seals`); never changed."""

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("follows >= 0 AND follows < number", name="follows"),
        CheckConstraint("first_xid <= end_xid", name="end_xid"),
        {"schema": "audit"},
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    follows: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    system_id: Mapped[int] = mapped_column(BigInteger)
    first_xid: Mapped[str] = mapped_column(Xid8)
    end_xid: Mapped[str] = mapped_column(Xid8)
    events: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    note: Mapped[str | None]
    root: Mapped[bytes] = mapped_column(LargeBinary)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class Reading(Base):
    """How often somebody read a layer in an hour: pages, tiles, one thing, counts (``what``)."""

    __tablename__ = "reading"
    __table_args__ = (CheckConstraint("requests > 0", name="requests"), {"schema": "audit"})

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    layer: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str]
    requests: Mapped[int] = mapped_column(BigInteger)
