"""Compares a database with what a backup's manifest says of it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from backup.checksums import Sum, sums
from backup.inventory import objects, sequences, unproven
from backup.manifest import Manifest
from geo import migrate


def differences(connection: Connection, manifest: Manifest) -> list[str]:
    """Where the database differs from the manifest, a sentence each with table and numbers.

    Tables by number of rows and digest, objects by kind, sequences (which may be ahead), the
    revision of the schema; and every constraint and index that is not proven.
    """
    return [
        *_revision(migrate.current(connection), manifest.revision),
        *tables(manifest.tables, sums(connection)),
        *_objects(manifest.database.objects, objects(connection)),
        *_sequences(manifest.database.sequences, sequences(connection)),
        *unproven(connection),
    ]


def tables(kept: Mapping[str, Sum], here: Mapping[str, Sum]) -> list[str]:
    """The tables whose rows are not those of the backup."""
    said = [f"{name}: the backup has no such table" for name in here if name not in kept]
    for name, one in kept.items():
        other = here.get(name)
        if other is None:
            said.append(f"{name}: {one.rows:,} rows in the backup, no such table here")
        elif other.rows != one.rows:
            said.append(f"{name}: {one.rows:,} rows in the backup, {other.rows:,} here")
        elif other != one:
            said.append(
                f"{name}: {one.rows:,} rows in both, but other ones (digest {one.digest} in the "
                f"backup, {other.digest} here)"
            )
    return said


def _revision(here: str | None, kept: str | None) -> list[str]:
    return [] if here == kept else [f"schema: revision {kept} in the backup, {here} here"]


def _objects(kept: Mapping[str, int], here: Mapping[str, int]) -> list[str]:
    return [
        f"{kind}: {count:,} in the backup, {here.get(kind, 0):,} here"
        for kind, count in kept.items()
        if here.get(kind) != count
    ]


def _sequences(kept: Mapping[str, int | None], here: Mapping[str, int | None]) -> list[str]:
    return [
        f"{name}: the sequence gave {last:,} before the backup, {here.get(name)} here"
        for name, last in kept.items()
        if last is not None and (here.get(name) or 0) < last
    ]
