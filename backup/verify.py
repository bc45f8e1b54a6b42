"""Proves that a backup can be restored: into a scratch database, compared and dropped."""

import time
from dataclasses import dataclass
from pathlib import Path

from backup import manifest as manifests
from backup import server
from backup.manifest import Manifest
from backup.restore import Told, compared, load


@dataclass(frozen=True)
class Verified:
    """What a backup holds, where the restored database differs from it, and seconds taken."""

    manifest: Manifest
    differences: list[str]
    seconds: float


def verify(
    url: str,
    folder: Path,
    *,
    jobs: int = 2,
    postgres_bin: Path | None = None,
    told: Told = lambda _step: None,
) -> Verified:
    """Restore a backup into a scratch database on the server of ``url``, and compare.

    The role of ``url`` is a superuser. The database, and roles made for it, are gone afterwards;
    those a killed command left are removed first. Raises AtlasError as restoring does.
    """
    began = time.monotonic()
    told("checksums of the files")
    manifest = manifests.require_whole(folder)
    with server.administering(url) as admin:
        server.require_fit(admin, manifest)
        server.drop_abandoned(admin)
        created = server.create_roles(admin, folder)
        try:
            server.require_roles(admin, manifest)
            scratch = server.create_database(admin, server.VERIFYING, manifest)
            try:
                load(url, scratch, folder, manifest, jobs, postgres_bin, told)
                told("comparing with the manifest")
                with server.opened(url, scratch) as target:
                    found = compared(target, manifest)
            finally:
                server.drop_database(admin, scratch)
        finally:
            server.drop_roles(admin, created)
    return Verified(manifest, found, time.monotonic() - began)
