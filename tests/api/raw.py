"""Requests byte by byte, for what no client library would send."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support import Service


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document it must be."""
        assert self.headers["content-type"] == "application/problem+json", self.content
        said: dict[str, Any] = json.loads(self.content)
        assert said["status"] == self.status
        return said


@contextmanager
def connected(service: Service) -> Iterator[socket.socket]:
    url = httpx.URL(service.url)
    with socket.create_connection((url.host, url.port or 80), timeout=30) as made:
        yield made


def head(service: Service, line: str, *headers: str, host: str | None = None) -> bytes:
    """A request line with headers, ready to be sent."""
    name = host or httpx.URL(service.url).netloc.decode()
    return "\r\n".join([line, f"Host: {name}", *headers, "", ""]).encode("latin-1")


def send(service: Service, data: bytes) -> Answer:
    """The answer to these bytes, on a connection of their own."""
    with connected(service) as connection:
        connection.sendall(data)
        return answered(connection)


def answered(connection: socket.socket) -> Answer:
    """The next answer on a connection; its body is as long as it says."""
    stream = connection.makefile("rb")
    status = int(stream.readline().split()[1])
    headers = httpx.Headers()
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        headers = httpx.Headers([*headers.multi_items(), (name.decode(), value.strip().decode())])
    return Answer(status, headers, stream.read(int(headers.get("content-length", 0))))
