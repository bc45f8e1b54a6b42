"""Settings read from the environment (prefix ``ATLAS_``) when a command starts."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """Where the facts are kept.

    ``database_url`` names a PostgreSQL server (``postgresql://user:password@host:port/name``);
    without it a private cluster is run under ``home``, by ``cluster_user`` when the caller is root,
    with the programs in ``postgres_bin`` where that is given.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    database_url: str | None = None
    home: Path = Path(".atlas")
    cluster_user: str | None = None
    postgres_bin: Path | None = None


class SpoolSettings(BaseSettings):
    """Where uploaded files wait for the worker: ``spool``, or the folder ``spool`` under ``home``.

    A spool belongs to one database; the service and its workers must see the same folder.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    home: Path = Path(".atlas")
    spool: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder, as an absolute path."""
        return (self.spool or self.home / "spool").absolute()
