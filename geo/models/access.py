"""People: accounts, the roles they hold over an area or body, sessions and tokens, failed tries."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import Base, Key, Valid, bounded_start, one_of


class Account(Base):
    """Who can sign in: with a password (argon2id), or with an OpenID provider's issuer and subject.

    ``login`` is in Unicode's form NFKC and lower case, so that one person has one spelling.
    ``password_changed_at`` is null while the password is one that an administrator handed over.
    The name is personal data; it is empty where the person was erased, and the account disabled.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("login"),
        UniqueConstraint("issuer", "subject"),
        CheckConstraint(
            "char_length(login) BETWEEN 1 AND 200 AND login = btrim(lower(login))"
            " AND login IS NFKC NORMALIZED",
            name="login",
        ),
        CheckConstraint(
            "btrim(name) <> '' OR (name = '' AND disabled_at IS NOT NULL)", name="name"
        ),
        CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="issuer_subject"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_hash"),
        {"schema": "access"},
    )

    id: Mapped[Key]
    login: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    synthetic: Mapped[bool] = mapped_column(server_default=false())
    disabled_at: Mapped[datetime | None]
    password_changed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RoleGrant(Valid, Base):
    """A person holds a role over an area, company, agency or inspector, over a span of days.

    ``area_code`` is that of a city or district (GB/T 2260) or street (GB/T 10114); a city officer
    without one is responsible for all cities. What the numbers name is checked on entry.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        bounded_start(),
        one_of("role", codes.OFFICE_ROLES),
        CheckConstraint(
            "CASE role"
            " WHEN 'city_officer' THEN COALESCE(area_code ~ '^[0-9]{4}00$', true)"
            " WHEN 'district_officer' THEN COALESCE("
            "area_code ~ '^[0-9]{6}$' AND right(area_code, 2) <> '00', false)"
            " WHEN 'street_officer' THEN COALESCE(area_code ~ '^[0-9]{9}$', false)"
            " ELSE area_code IS NULL END",
            name="area_code",
        ),
        CheckConstraint("(role = 'company_user') = (company_id IS NOT NULL)", name="company_id"),
        CheckConstraint("(role = 'agency_officer') = (agency_id IS NOT NULL)", name="agency_id"),
        CheckConstraint("(role = 'inspector') = (inspector_id IS NOT NULL)", name="inspector_id"),
        # What a session refers to, so that nobody can act under another's grant.
        UniqueConstraint("id", "account_id"),
        {"schema": "access"},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(
        ForeignKey("access.account.id", ondelete="CASCADE"), index=True, sort_order=-8
    )
    role: Mapped[str]
    area_code: Mapped[str | None]
    company_id: Mapped[int | None] = mapped_column(BigInteger)
    agency_id: Mapped[int | None] = mapped_column(BigInteger)
    inspector_id: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Session(Base):
    """Someone is signed in under one grant, with a browser, or with a named token of a program.

    ``token_hash`` is the SHA-256 of the opaque token; the token itself is nowhere kept.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),
        one_of("kind", codes.SESSION_KINDS),
        CheckConstraint("(kind = 'token') = (name IS NOT NULL)", name="name"),
        CheckConstraint("(kind = 'browser') = (idle_seconds IS NOT NULL)", name="idle"),
        CheckConstraint("idle_seconds > 0", name="idle_seconds"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        ForeignKeyConstraint(
            ["grant_id", "account_id"],
            ["access.role_grant.id", "access.role_grant.account_id"],
            ondelete="CASCADE",
        ),
        Index("session_grant_id_idx", "grant_id"),
        {"schema": "access"},
    )

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[int] = mapped_column(BigInteger, index=True)
    grant_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    name: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]
    idle_seconds: Mapped[int | None] = mapped_column(Integer)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Attempt(Base):
    """Failed sign-ins: of a login from an address, from an address, and of a login altogether.

    ``key`` is a SHA-256: what people type as a login may be a password.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        one_of("kind", codes.ATTEMPT_KINDS),
        CheckConstraint("octet_length(key) = 32", name="key"),
        CheckConstraint("failures >= 0", name="failures"),
        Index("attempt_last_failed_at_idx", "last_failed_at"),
        {"schema": "access"},
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_failed_at: Mapped[datetime]
    next_allowed_at: Mapped[datetime]


class Demo(Base):
    """One row while the database is a demonstration, none otherwise."""

    __tablename__ = "demo"
    __table_args__ = (CheckConstraint("holds", name="holds"), {"schema": "access"})

    holds: Mapped[bool] = mapped_column(primary_key=True, server_default=true())
    since: Mapped[datetime] = mapped_column(server_default=func.now())
