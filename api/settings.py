"""Settings of the HTTP service, read when it starts (prefix ``ATLAS_``)."""

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.hosts import hostname


class ServerSettings(BaseSettings):
    """Where the service listens and how much it takes on at once.

    ``statement_seconds`` ends a query that runs longer, ``tile_…`` one of a tile, ``write_…`` a
    statement of a write or of a reading for the rules. ``pool_size`` and ``tile_pool_size`` are
    connections per kind of scope and worker process; ``pool_waiting`` requests may wait for those
    of one pool, each for ``pool_wait_seconds``, and one more is answered 429 at once.
    ``log_level`` info writes a line for every request; ``public_url`` is where residents reach the
    map, for the QR codes of notices (else the address the request came to); ``cache_megabytes`` is
    what each worker process keeps of drawn tiles and pages; with 0 none, and each who asks is
    answered anew. ``metrics_folder`` is where several workers find each other to be counted
    together; ``atlas up`` makes one.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    pool_size: int = Field(default=8, ge=1, le=100)
    tile_pool_size: int = Field(default=8, ge=1, le=100)
    pool_waiting: int = Field(default=64, ge=1)
    pool_wait_seconds: float = Field(default=5, gt=0)
    statement_seconds: float = Field(default=10, gt=0)
    tile_statement_seconds: float = Field(default=5, gt=0)
    write_statement_seconds: float = Field(default=60, gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    public_url: AnyHttpUrl | None = None
    cache_megabytes: int = Field(default=128, ge=0, le=100_000)
    metrics_folder: Path | None = None


class SharedSettings(BaseSettings):
    """Where workers of several machines share what they drew: nowhere, unless it is named.

    ``redis_url`` may hold a password: what is wrong with it is found by :func:`api.shared.client`,
    since an error of settings quotes what was given.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    redis_url: SecretStr | None = None


class UploadSettings(BaseSettings):
    """What the service takes in.

    A file (all parts together) may have ``upload_megabytes`` (10⁶ bytes each); an upload that
    pauses longer than ``upload_idle_seconds`` is dropped.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    upload_megabytes: float = Field(default=1024, gt=0)
    upload_idle_seconds: float = Field(default=60, gt=0)


def _words(given: Any) -> Any:
    """The words of a list with commas."""
    if not isinstance(given, str):
        return given
    return tuple(word for word in (one.strip() for one in given.split(",")) if word)


def _hosts(given: Any) -> Any:
    """Names of hosts without ports, ``*.`` before one for all below it, or ``*``."""
    words = _words(given)
    for word in words:
        name = word.removeprefix("*.")
        if word != "*" and (hostname(name) is None or not name.isascii() or _has_port(name)):
            raise ValueError(f"{word!r} is not a host's name, as map.example.cn (without a port)")
    return words


def _has_port(name: str) -> bool:
    return name.count(":") == 1 or "]:" in name


def _networks(given: Any) -> Any:
    """Addresses and networks; the error names the one that is neither."""
    found = []
    for word in _words(given):
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            raise ValueError(f"{word!r} is not an address or network, as 10.0.0.0/24") from None
    return tuple(found)


def _origins(given: Any) -> Any:
    """Origins as browsers send them, or ``*`` alone."""
    words = _words(given)
    for word in words:
        parts = urlsplit(word)
        whole = parts.scheme in {"http", "https"} and word == f"{parts.scheme}://{parts.netloc}"
        if word != "*" and not (whole and parts.netloc and "*" not in word):
            raise ValueError(f"{word!r} is not an origin, as https://map.example.cn")
    if "*" in words and len(words) > 1:
        raise ValueError("* names every origin; leave the others out, or leave * out")
    return words


HostNames = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hosts)]
NamedNetworks = Annotated[
    tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...],
    NoDecode,
    BeforeValidator(_networks),
]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)]


class GuardSettings(BaseSettings):
    """Whom the service believes; each list is written with commas.

    ``allowed_hosts`` are names it answers under beside this machine's own and that of
    ``public_url`` (``*.example.cn`` for all below one, ``*`` for every name); ``proxies`` the
    addresses and networks whose ``proxy_headers`` are believed; ``cors_origins`` the sites whose
    pages may use the API (``*``: any page may read).
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    allowed_hosts: HostNames = ()
    proxies: NamedNetworks = ()
    proxy_headers: Literal["x-forwarded", "forwarded"] = "x-forwarded"
    cors_origins: Origins = ()


class LimitSettings(BaseSettings):
    """How much is answered, in each worker process.

    ``…_per_minute`` are budgets of a person or, where nobody is signed in, of an address; all of a
    budget may be used at once. ``in_flight`` are requests being answered, ``connections`` those
    held open. A request's head must come within ``head_seconds``, its body (unless a file) within
    ``body_seconds``; who takes nothing of an answer for ``send_seconds`` is cut off.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    reads_per_minute: int = Field(default=6000, ge=1)
    writes_per_minute: int = Field(default=600, ge=1)
    sign_ins_per_minute: int = Field(default=60, ge=1)
    in_flight: int = Field(default=400, ge=1)
    connections: int = Field(default=800, ge=1)
    head_seconds: float = Field(default=10, gt=0)
    body_seconds: float = Field(default=30, gt=0)
    send_seconds: float = Field(default=60, gt=0)


class ExportSettings(BaseSettings):
    """How much of whole collections is taken out at a time, in each worker process.

    ``exports`` may run at once, ``exports_each`` of them for one person or address. One may take
    ``export_seconds`` to read and ``export_megabytes`` (10⁶ bytes) of the spool while it is made.
    """

    model_config = SettingsConfigDict(env_prefix="ATLAS_", extra="ignore")

    exports: int = Field(default=4, ge=1, le=64)
    exports_each: int = Field(default=2, ge=1, le=64)
    export_seconds: float = Field(default=900, gt=0)
    export_megabytes: float = Field(default=4096, gt=0)
