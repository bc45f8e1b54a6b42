"""Files to which lines are only added: each is on the disk before the next is written."""

import os
from collections.abc import Iterator
from pathlib import Path

_BLOCK = 1 << 16


def append(file: Path, lines: list[str]) -> None:
    """Add lines and wait until the disk has them; a last line that broke off is taken away."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = not file.exists()
    with file.open("ab") as opened:
        whole = _whole(file)
        if whole != opened.tell():
            opened.truncate(whole)
        opened.write("".join(f"{line}\n" for line in lines).encode())
        opened.flush()
        os.fsync(opened.fileno())
    if new:
        sync_folder(file.parent)


def size(file: Path) -> int:
    """Its bytes so far; 0 where there is no file."""
    return file.stat().st_size if file.exists() else 0


def lines(file: Path, end: int) -> Iterator[tuple[int, bytes]]:
    """The lines that begin before byte ``end``, with the byte each begins at."""
    start = 0
    if end > 0:
        with file.open("rb") as opened:
            for line in opened:
                if start >= end:
                    return
                yield start, line
                start += len(line)


def line_at(file: Path, start: int) -> bytes:
    """The line that begins at this byte."""
    with file.open("rb") as opened:
        opened.seek(start)
        return opened.readline()


def last(file: Path) -> bytes | None:
    """The last whole line, read from the end; None where there is none."""
    end = _whole(file) if file.exists() else 0
    if end == 0:
        return None
    with file.open("rb") as opened:
        start = _line_end(opened.fileno(), end - 1)
        opened.seek(start)
        return opened.read(end - start)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _whole(file: Path) -> int:
    """How many bytes there are up to the end of the last whole line."""
    with file.open("rb") as opened:
        return _line_end(opened.fileno(), opened.seek(0, os.SEEK_END))


def _line_end(opened: int, before: int) -> int:
    """The end of the last line that ends at or before this byte; 0 where none does."""
    while before > 0:
        start = max(0, before - _BLOCK)
        found = os.pread(opened, before - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        before = start
    return 0
