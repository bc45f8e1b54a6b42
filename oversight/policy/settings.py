"""Where a city's own policy file lies."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class PolicySettings(BaseSettings):
    """``ATLAS_POLICY_FOLDER`` holds files that come before those of the program."""

    model_config = SettingsConfigDict(env_prefix="ATLAS_")

    policy_folder: Path | None = None
