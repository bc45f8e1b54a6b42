"""How this service is registered with the provider: all of it set, or nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from access.addresses import is_loopback
from geo.errors import AtlasError

CHANGEABLE = frozenset({"email", "preferred_username", "name", "nickname", "phone_number"})
"""Claims that people may change themselves or that pass to others (OpenID Connect Core, 5.7)."""


class OidcSettings(BaseSettings):
    """The provider; see docs/security.md, "Signing in through a provider".

    ``oidc_issuer`` is compared as it is written; ``oidc_secret_file`` holds the secret where it is
    not in the environment; ``oidc_claim`` names the claim by which people are known.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore", env_ignore_empty=True)

    oidc_issuer: str | None = None
    oidc_client: str | None = None
    oidc_secret: SecretStr | None = None
    oidc_secret_file: Path | None = None
    oidc_name: str | None = Field(default=None, max_length=60)
    oidc_claim: str = "sub"
    oidc_scope: str = "openid"


@dataclass(frozen=True)
class Registration:
    """The service as its provider knows it; ``name`` is what people call the provider."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    name: str | None = None
    claim: str = "sub"
    scope: str = "openid"

    def reaches(self, url: str) -> bool:
        """Whether secrets may be sent there: TLS, or all on this machine."""
        return _safe(url) and (url.startswith("https:") or self.issuer.startswith("http:"))


def registration(settings: OidcSettings | None = None) -> Registration | None:
    """How the service is registered; None where no provider is set.

    Raises
    ------
    AtlasError
        Something is missing, or is not safe.
    """
    settings = settings or OidcSettings()
    secret = _secret(settings)
    given = {
        "ATLAS_OIDC_ISSUER": settings.oidc_issuer,
        "ATLAS_OIDC_CLIENT": settings.oidc_client,
        "ATLAS_OIDC_SECRET (or ATLAS_OIDC_SECRET_FILE)": secret,
    }
    missing = [name for name, value in given.items() if not value]
    if len(missing) == len(given):
        return None
    if not (settings.oidc_issuer and settings.oidc_client and secret):
        raise AtlasError(
            f"sign-in through a provider lacks {' and '.join(missing)}: set all three, or none"
        )
    if not _safe(settings.oidc_issuer):
        raise AtlasError(
            f'ATLAS_OIDC_ISSUER="{settings.oidc_issuer}" is not an https address without query: '
            "http is for a provider on this machine only"
        )
    if settings.oidc_claim in CHANGEABLE:
        raise AtlasError(
            f"ATLAS_OIDC_CLAIM={settings.oidc_claim}: people may change it, and so become another; "
            "name a claim that stays a person's own, as sub"
        )
    if "openid" not in settings.oidc_scope.split():
        raise AtlasError(f'ATLAS_OIDC_SCOPE="{settings.oidc_scope}" lacks openid: add it')
    return Registration(
        settings.oidc_issuer,
        settings.oidc_client,
        secret,
        settings.oidc_name,
        settings.oidc_claim,
        settings.oidc_scope,
    )


def _secret(settings: OidcSettings) -> str | None:
    if settings.oidc_secret is not None:
        if settings.oidc_secret_file is not None:
            raise AtlasError("ATLAS_OIDC_SECRET and ATLAS_OIDC_SECRET_FILE: leave one out")
        return settings.oidc_secret.get_secret_value()
    if settings.oidc_secret_file is None:
        return None
    kept = settings.oidc_secret_file.read_text("utf-8").strip()
    if not kept:
        raise AtlasError(f'ATLAS_OIDC_SECRET_FILE="{settings.oidc_secret_file}" is empty')
    return kept


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    if parts.query or parts.fragment or parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
