"""Keys and passwords of an installation, encrypted with a passphrase.

The file is a magic line, the salt (16 bytes), the nonce (12 bytes) and an AES-256-GCM text of a
tar archive; the key comes from the passphrase by scrypt (RFC 7914; N = 2^17, r = 8, p = 1, as
OWASP's cheat sheet on password storage has it). The magic line is authenticated too.
"""

import io
import os
import stat
import tarfile
from collections.abc import Collection, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from geo.errors import AtlasError

_MAGIC = b"atlas keys 1\n"
_SALT, _NONCE = 16, 12

SHORTEST = 12
"""The fewest characters a passphrase may have."""

_LARGEST = 64 * 2**20

# Not secrets, whatever their mode.
_OTHERS = frozenset({"lock", "server.log", "server.log.1"})


def secrets(home: Path, apart: Collection[Path]) -> dict[str, Path]:
    """The files below ``home`` that nobody but their owner may read, by their path from there.

    Databases and the folders ``apart`` are passed over; the private cluster's password is among
    them wherever its data lie. Raises AtlasError when they are too many to be keys.
    """
    skipped = {path.resolve() for path in apart}
    found = {path.relative_to(home).as_posix(): path for path in _private(home, skipped)}
    password = (home / "pg").resolve().parent / "password"
    if password.is_file():
        found["password"] = password
    size = sum(path.stat().st_size for path in found.values())
    if size > _LARGEST:
        largest = max(found.values(), key=lambda path: path.stat().st_size)
        raise AtlasError(
            f"private files under {home} have {size:,} bytes, too many to be keys: move {largest} "
            "elsewhere"
        )
    return found


def require_long(passphrase: str) -> None:
    """Refuse a passphrase that could be guessed; raises AtlasError."""
    if len(passphrase) < SHORTEST:
        raise AtlasError(
            f"the passphrase of the backup has {len(passphrase)} characters: use {SHORTEST} or more"
        )


def encrypt(files: dict[str, Path], passphrase: str) -> bytes:
    """The files as one encrypted text; AtlasError when the passphrase is too short."""
    require_long(passphrase)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, path in sorted(files.items()):
            content = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plain.getvalue(), _MAGIC)
    return _MAGIC + salt + nonce + sealed


def decrypt(file: Path, passphrase: str, folder: Path) -> list[str]:
    """Write the files that ``file`` holds into the new folder ``folder``, and return their names.

    Raises AtlasError when the passphrase is another, or the file was changed.
    """
    content = file.read_bytes()
    body = content.removeprefix(_MAGIC)
    if body == content:
        raise AtlasError(f"{file} holds no encrypted keys: use another backup")
    salt, nonce, sealed = body[:_SALT], body[_SALT : _SALT + _NONCE], body[_SALT + _NONCE :]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _MAGIC)
    except (InvalidTag, ValueError):
        raise AtlasError(
            f"the passphrase does not open {file}: give the one the backup was made with"
        ) from None
    folder.mkdir(mode=0o700, parents=True)
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        tar.extractall(folder, filter="data")
        return tar.getnames()


def _private(folder: Path, skipped: Collection[Path]) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        found = path.lstat()
        if path.resolve() in skipped:
            continue
        if stat.S_ISDIR(found.st_mode) and not (path / "PG_VERSION").exists():
            yield from _private(path, skipped)
        elif stat.S_ISREG(found.st_mode) and not found.st_mode & 0o077 and path.name not in _OTHERS:
            yield path


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())
