"""The key that seals are signed with: a file of the service, which PostgreSQL must not read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from audit.files import sync_folder
from geo.errors import AtlasError


def private_key(file: Path) -> Ed25519PrivateKey:
    """The key in this file, made on first use; raises AtlasError where others may read it."""
    if not file.exists():
        _make(file)
    if file.stat().st_mode & 0o077:
        raise AtlasError(
            f"{file} can be read by others, so seals prove nothing: chmod 600 {file}, and where it "
            "may have been read, keep the seals so far apart and begin with a new key"
        )
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except ValueError as error:
        raise AtlasError(f"{file} is not a private key: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise AtlasError(f"{file} is not an Ed25519 key")
    return key


def coming(file: Path) -> bytes:
    """The raw public half of the key that is to follow, which is made beside the one in ``file``.

    It is on the disk when this returns; one that is there already is kept.
    """
    return private_key(_next(file)).public_key().public_bytes_raw()


def take_over(file: Path) -> None:
    """Put the key that follows in the place of the one in ``file``, which is gone with that."""
    _next(file).replace(file)
    sync_folder(file.parent)


def publish(key: Ed25519PrivateKey, file: Path) -> None:
    """Write the public half of the first key beside the seals; what is there stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if not file.exists():
        file.write_bytes(pem)


def public_key(file: Path) -> bytes:
    """The raw public key in this file; raises AtlasError where there is none."""
    try:
        key = load_pem_public_key(file.read_bytes())
    except FileNotFoundError:
        raise AtlasError(
            f"{file} is missing: nothing was sealed yet, or name it with --key"
        ) from None
    except ValueError as error:
        raise AtlasError(f"{file} is not a public key: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise AtlasError(f"{file} is not an Ed25519 key")
    return key.public_bytes_raw()


def _next(file: Path) -> Path:
    return file.with_name(f"{file.name}.next")


def _make(file: Path) -> None:
    """Under another name first, so that two who make it at once end with the same key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f"{file.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(pem)
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(made, file)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    sync_folder(file.parent)
