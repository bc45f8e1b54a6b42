"""Says of an unreadable file which it is, what is wrong with it and what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import AtlasError
from geo.imports.table import Chunk

_LONGEST = 300


def unreadable(path: Path, detail: object) -> AtlasError:
    """The error for a file that began well and whose content turns out to be damaged."""
    told = " ".join(str(detail).replace(str(path), path.name).split())[:_LONGEST]
    return AtlasError(
        f"{path.name} is damaged or cut short ({told or type(detail).__name__}); send it again, or "
        "export it anew"
    )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever a library raises over the content becomes an AtlasError that names the file."""
    try:
        yield
    except AtlasError:
        raise
    except Exception as error:
        raise unreadable(path, error) from error
    except BaseException as error:
        # What Rust's code (python-calamine) raises where it gives up; no subclass of Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(path, error) from None


def guarded(path: Path, chunks: Callable[[], Iterator[Chunk]]) -> Callable[[], Iterator[Chunk]]:
    """The same chunks, with :func:`reading` about them."""

    def again() -> Iterator[Chunk]:
        with reading(path):
            yield from chunks()

    return again
