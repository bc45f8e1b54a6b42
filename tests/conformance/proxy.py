"""A proxy before the service that keeps what a client asked for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

PASSED_ON = {"accept", "authorization", "content-type", "host", "user-agent"}


@dataclass(frozen=True)
class Recorded:
    """Where to ask, and what was asked so far."""

    url: str
    asked: list[str] = field(default_factory=list)

    def parameters(self, path: str) -> list[dict[str, str]]:
        """The query parameters of each request for a path."""
        found = [urlsplit(one) for one in self.asked]
        return [
            {name: values[0] for name, values in parse_qs(one.query).items()}
            for one in found
            if one.path == path
        ]


@contextmanager
def recording(service: str) -> Iterator[Recorded]:
    """Stand before a service until the block ends; its links lead back here."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            recorded.asked.append(self.path)
            headers = {
                name: value for name, value in self.headers.items() if name.lower() in PASSED_ON
            }
            answer = httpx.get(f"{service}{self.path}", headers=headers, timeout=60)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in {"content-encoding", "content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """What was asked is kept, not printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        recorded = Recorded(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield recorded
        finally:
            server.shutdown()
            thread.join()
