"""Settings of the HTTP service, read when it starts (prefix ``ATLAS_``)."""

from typing import Literal

from pydantic import AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """Where the service listens and how much it takes on at once.

    ``statement_seconds`` ends a query that runs longer; ``pool_size`` is per worker process;
    ``log_level`` info writes a line for every request; ``public_url`` is where residents reach the
    map, for the QR codes of notices (else the address the request came to).
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    pool_size: int = Field(default=8, ge=1, le=100)
    pool_wait_seconds: float = Field(default=5, gt=0)
    statement_seconds: float = Field(default=10, gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    public_url: AnyHttpUrl | None = None


class UploadSettings(BaseSettings):
    """What the service takes in, and from whom.

    A file (all parts together) may have ``upload_megabytes`` (10⁶ bytes each); an upload that
    pauses longer than ``upload_idle_seconds`` is dropped. ``import_token`` is what a client sends
    as ``Authorization: Bearer …`` to import; without it only this machine may.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    upload_megabytes: float = Field(default=1024, gt=0)
    upload_idle_seconds: float = Field(default=60, gt=0)
    import_token: SecretStr | None = None
