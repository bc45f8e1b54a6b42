"""Takes a form with files off the wire, straight to the spool; nothing is kept in memory."""

import asyncio
import contextlib
import errno
import os
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field
from io import FileIO
from typing import Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.errors import Problem
from geo.imports.spool import SHAPEFILE, SUFFIXES, Spool, suffix_of

MOST_FIELDS = 250
LONGEST_FIELD = 10_000
LONGEST_NAME = 200
FORM_BYTES = 1_000_000
"""What the fields and the boundaries of a form may add to its files."""

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Upload:
    """A form that came in whole: its fields, and its file under ``token`` in the spool.

    ``name`` is what the sender calls the file (the ``.shp`` of several parts).
    """

    token: str
    fields: Fields
    name: str
    size: int


@dataclass
class Limits:
    """Bytes of all files together, and seconds without any."""

    size: int
    idle: float


async def receive(
    request: Request,
    spool: Spool,
    limits: Limits,
    names: Collection[str],
    before_file: Callable[[Fields], None],
) -> Upload:
    """Read the form; the files go to the spool, and from it again unless all goes well.

    ``names`` are the fields there may be beside ``file``. ``before_file`` may refuse the fields
    that came before the file, so that a large one need not be sent in vain. Raises Problem: 413
    for too much, 415 for another type of body, 408 for a pause, 507 for a full disk, else 400.
    """
    boundary = _boundary(request)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > limits.size + FORM_BYTES:
        raise _too_large(limits)
    token = await asyncio.to_thread(spool.new)
    form = _Form(spool, token, limits, names, before_file)
    try:
        parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]
        async for chunk in _chunks(request, limits.idle):
            parser.write(chunk)
            await form.digest()
        return form.whole()
    except BaseException as error:
        form.close()
        spool.remove(token)
        raise _refused(error) from error
    finally:
        form.close()


def _refused(error: BaseException) -> BaseException:
    """The problem an error of the transport, the form or the disk stands for."""
    if isinstance(error, FormParserError):
        return Problem(400, f"the body is not a well-formed form ({error})")
    if isinstance(error, ClientDisconnect):
        return Problem(400, "the upload broke off")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Problem(507, "the disk of the service is full; try again when there is room")
    return error


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise Problem(415, "send a form (multipart/form-data) with the fields kind and file")
    boundary = options.get(b"boundary")
    if not boundary:
        raise Problem(400, "the Content-Type names no boundary of the form")
    return boundary


async def _chunks(request: Request, idle: float) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            chunk = await asyncio.wait_for(anext(stream), idle)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Problem(408, f"nothing came for {idle:g} s; the upload was dropped") from None
        if chunk:
            yield chunk


def _too_large(limits: Limits) -> Problem:
    return Problem(
        413,
        f"the file is larger than {limits.size / 1e6:g} MB; send it in parts, or set "
        "ATLAS_UPLOAD_MEGABYTES",
        parameter="file",
    )


@dataclass
class _Part:
    """The part that is being read: a field's value so far, or a file being written."""

    name: str
    value: bytearray = field(default_factory=bytearray)
    file: FileIO | None = None


class _Form:
    """What has come so far. The parser's callbacks only note; :meth:`digest` does the work."""

    def __init__(
        self,
        spool: Spool,
        token: str,
        limits: Limits,
        names: Collection[str],
        before_file: Callable[[Fields], None],
    ) -> None:
        self._spool = spool
        self._token = token
        self._limits = limits
        self._names = names
        self._before_file = before_file
        self._events: list[tuple[str, bytearray]] = []
        self._header = (b"", b"")
        self._part: _Part | None = None
        self._fields: Fields = []
        self._files: dict[str, str] = {}
        self._size = 0
        self._ended = False

    def callbacks(self) -> dict[str, Any]:
        """What the parser calls."""

        def noting(what: str) -> Callable[..., None]:
            def note(data: bytes = b"", start: int = 0, end: int = 0) -> None:
                # The parser gives a part's data in pieces, a new one at every line's end.
                if what == "part_data" and self._events and self._events[-1][0] == what:
                    self._events[-1][1].extend(data[start:end])
                else:
                    self._events.append((what, bytearray(data[start:end])))

            return note

        return {
            f"on_{what}": noting(what)
            for what in (
                *("part_begin", "header_begin", "header_field", "header_value", "header_end"),
                *("headers_finished", "part_data", "part_end", "end"),
            )
        }

    async def digest(self) -> None:
        """Work off what the parser noted."""
        events, self._events = self._events, []
        for what, data in events:
            match what:
                case "header_begin":
                    self._header = (b"", b"")
                case "header_field":
                    self._header = (self._header[0] + bytes(data), b"")
                case "header_value":
                    self._header = (self._header[0], self._header[1] + bytes(data))
                case "header_end":
                    if self._header[0].lower() == b"content-disposition":
                        self._begin(bytes(self._header[1]))
                case "headers_finished" if self._part is None:
                    raise Problem(400, "a part of the form has no name")
                case "part_data":
                    await self._data(data)
                case "part_end":
                    await self._end()
                case "end":
                    self._ended = True

    def _begin(self, disposition: bytes) -> None:
        if self._part is not None:
            raise Problem(400, "a part of the form has two names")
        _, options = parse_options_header(disposition)
        name = _text(options.get(b"name", b""))
        if name == "file":
            if b"filename" not in options:
                raise Problem(400, "the field 'file' holds no file", parameter="file")
            self._part = _Part(name, file=self._file(_base_name(_text(options[b"filename"]))))
            return
        if name not in self._names:
            known = ", ".join(sorted({*self._names, "file"}))
            raise Problem(
                400, f"the field {name!r} is not known; there are {known}", parameter=name
            )
        if len(self._fields) >= MOST_FIELDS:
            raise Problem(400, f"there are more than {MOST_FIELDS} fields")
        self._part = _Part(name)

    def _file(self, name: str) -> FileIO:
        suffix = suffix_of(name)
        if suffix is None:
            known = " ".join(SUFFIXES)
            raise Problem(
                400, f"file = {name!r}: its name ends in none of {known}", parameter="file"
            )
        if self._files and not {suffix, *self._files} <= SHAPEFILE:
            raise Problem(
                400, "only the parts of one Shapefile may be sent together", parameter="file"
            )
        if suffix in self._files:
            raise Problem(400, f"there are two files ending in {suffix}", parameter="file")
        if not self._files:
            self._before_file(self._fields)
        self._files[suffix] = name
        path = self._spool.part(self._token, suffix)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return FileIO(handle, "w")

    async def _data(self, data: bytearray) -> None:
        assert self._part is not None  # noqa: S101 - headers_finished saw to it
        if self._part.file is None:
            self._part.value += data
            if len(self._part.value) > LONGEST_FIELD:
                name = self._part.name
                raise Problem(400, f"the field {name!r} is too long", parameter=name)
            return
        self._size += len(data)
        if self._size > self._limits.size:
            raise _too_large(self._limits)
        await asyncio.to_thread(_write, self._part.file, data)

    async def _end(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        if part.file is not None:
            await asyncio.to_thread(_finish, part.file)
        else:
            self._fields.append((part.name, _text(bytes(part.value)).strip()))

    def whole(self) -> Upload:
        """The form, if nothing is missing from it."""
        if not self._ended:
            raise Problem(400, "the form is cut short")
        if not self._files:
            raise Problem(400, "the field 'file' is missing", parameter="file")
        if not self._size:
            raise Problem(400, "the file is empty", parameter="file")
        stems = {name[: -len(suffix)].casefold() for suffix, name in self._files.items()}
        if SHAPEFILE & self._files.keys() and (".shp" not in self._files or len(stems) > 1):
            raise Problem(
                400,
                f"{', '.join(sorted(self._files.values()))}: a Shapefile needs its .shp, and parts "
                "of the same name",
                parameter="file",
            )
        name = self._files.get(".shp") or next(iter(self._files.values()))
        return Upload(self._token, self._fields, name, self._size)

    def close(self) -> None:
        """Close a file that was being written."""
        if self._part is not None and self._part.file is not None:
            with contextlib.suppress(OSError):
                self._part.file.close()


def _write(file: FileIO, data: bytearray) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _finish(file: FileIO) -> None:
    """Close a file that is to outlast a crash: the answer will say that it is here."""
    with file:
        os.fsync(file.fileno())


def _text(raw: bytes) -> str:
    """Text as browsers send it (UTF-8), or as older programs in China do."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _base_name(name: str) -> str:
    """A file's name without folders and control characters; its end is kept when it is long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in base if one.isprintable()).strip()[-LONGEST_NAME:]
