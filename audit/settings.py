"""Where seals and erasures are kept outside the database, read from ``ATLAS_…``."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class AuditSettings(BaseSettings):
    """``seals`` is a folder, ``seals`` under ``home`` where it is not given; ``audit_key`` a file.

    Best is a folder on another machine, or one from which nothing can be removed. It belongs to one
    database; all workers of that database must see the same folder and the same key.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    home: Path = Path(".atlas")
    seals: Path | None = None
    audit_key: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder, as an absolute path."""
        return (self.seals or self.home / "seals").absolute()

    @property
    def seal_file(self) -> Path:
        """A line for each seal."""
        return self.folder / "seals.jsonl"

    @property
    def public_key(self) -> Path:
        """What signatures are checked with."""
        return self.folder / "audit.pub"

    @property
    def erasures(self) -> Path:
        """The register of erasures: a line for each."""
        return self.folder / "erasures.jsonl"

    @property
    def private_key(self) -> Path:
        """What seals are signed with; only the service may read it."""
        return (self.audit_key or self.home / "audit.key").absolute()
