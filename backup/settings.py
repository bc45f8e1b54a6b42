"""Settings of backups, read from the environment (prefix ``ATLAS_``) when a command starts."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BackupSettings(BaseSettings):
    """Who reads the database, who restores it, and what else belongs to a backup.

    ``backup_url`` is the address of the database for a role with BYPASSRLS, ``restore_url`` that
    for a superuser; without them the address of the facts serves. The folders hold photographs
    of inspections, seals of the audit and the register of erasures; None where there are none.
    The passphrase that encrypts the keys stands in a file or in the environment.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    backup_url: str | None = None
    restore_url: str | None = None
    evidence_folder: Path | None = None
    seal_folder: Path | None = None
    erasure_folder: Path | None = None
    backup_passphrase: SecretStr | None = None
    backup_passphrase_file: Path | None = None
