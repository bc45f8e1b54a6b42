"""One secret of the installation, from which the passwords of the database's roles follow.

The secret is the setting ``ATLAS_SECRET``, else a file ``secret`` under ``ATLAS_HOME`` that only
its owner may read and that is made when it is first asked for. PostgreSQL keeps no more than SCRAM
verifiers. Who knows a role's password does not know the secret, nor another's (HMAC-SHA-256).
"""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any

from psycopg2 import sql
from psycopg2.extensions import encrypt_password
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import Connection, make_url, text

from geo.errors import AtlasError

SHORTEST = 32
"""Characters of a secret that somebody sets; the one that is made has 256 bits."""


class SecretSettings(BaseSettings):
    """Where the secret is; see :mod:`access.credentials`."""

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    home: Path = Path(".atlas")
    secret: SecretStr | None = Field(default=None, min_length=SHORTEST)


def installation_secret(settings: SecretSettings | None = None) -> bytes:
    """The secret, made where there is none yet. Raises AtlasError where it may not be read."""
    settings = settings or SecretSettings()
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    file = settings.home / "secret"
    try:
        return _kept(file)
    except PermissionError:
        raise AtlasError(
            f'"{file}" may not be read: run as the user that owns it, or set ATLAS_SECRET'
        ) from None


def derived(secret: bytes, label: str) -> bytes:
    """A key for one purpose, 32 bytes; from one nobody finds another."""
    return hmac.digest(secret, b"compound-atlas " + label.encode(), hashlib.sha256)


def password(secret: bytes, role: str) -> str:
    """The password of a role of the database."""
    return base64.urlsafe_b64encode(derived(secret, f"role {role}")).decode().rstrip("=")


def address(url: str, role: str, secret: bytes) -> str:
    """The address of the same database for a role."""
    made = make_url(url).set(username=role, password=password(secret, role))
    return made.render_as_string(hide_password=False)


def give_passwords(connection: Connection, secret: bytes, roles: tuple[str, ...]) -> None:
    """Give roles the passwords that follow from the secret; what they have already stays.

    A comment on the role tells from which secret its password is, without telling the password.
    """
    for role in roles:
        if _has(connection, secret, role):
            continue
        raw: Any = connection.connection.dbapi_connection
        verifier = encrypt_password(password(secret, role), role, raw, "scram-sha-256")
        changes = sql.SQL("ALTER ROLE {role} PASSWORD {verifier}; COMMENT ON ROLE {role} IS {mark}")
        named = {"role": sql.Identifier(role), "verifier": sql.Literal(verifier)}
        with raw.cursor() as cursor:
            cursor.execute(changes.format(**named, mark=sql.Literal(_mark(secret, role))))


def take_back(connection: Connection, secret: bytes, role: str) -> None:
    """Leave a role without the password that followed from the secret, where it has that.

    Somebody then gives it one of their own, which stays.
    """
    if _has(connection, secret, role):
        connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD NULL")
        connection.exec_driver_sql(f"COMMENT ON ROLE {role} IS NULL")


def _has(connection: Connection, secret: bytes, role: str) -> bool:
    """Whether a role was given the password that follows from the secret."""
    known = text("SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = :role")
    return bool(connection.scalar(known, {"role": role}) == _mark(secret, role))


def _mark(secret: bytes, role: str) -> str:
    return derived(secret, f"mark {role}").hex()[:32]


def _kept(file: Path) -> bytes:
    """What the file holds; of several that make it at once the first wins."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                to.write(secrets.token_urlsafe(32).encode())
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink(missing_ok=True)
    found = file.read_bytes().strip()
    if len(found) < SHORTEST:
        raise AtlasError(f'"{file}" holds no secret of at least {SHORTEST} characters: remove it')
    return found
