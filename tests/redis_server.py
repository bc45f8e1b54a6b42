"""A Redis of the tests' own, on a Unix socket, that can be stopped, frozen and started again."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NotThere

from tests.support import until

# Debian's redis-tools hold the server under another name, and no service that would start itself.
PROGRAM = shutil.which("redis-server") or shutil.which("redis-check-rdb")


class RedisServer:
    """One server; what it held is gone when it is started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.socket"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket}"
        self.client = Redis.from_url(self.url)

    def start(self) -> None:
        assert PROGRAM, "redis-server is missing: scripts/packages redis"
        options = ("--port", "0", "--unixsocket", str(self._socket), "--save", "")
        self._process = subprocess.Popen(
            ["redis-server", *options, "--dir", str(self._folder)],
            executable=PROGRAM,
            stdout=subprocess.DEVNULL,
        )
        until(self._answers, 20, "Redis did not start")

    def stop(self) -> None:
        if self._process is not None:
            # One that is frozen does not end otherwise.
            self._process.kill()
            self._process.wait(timeout=20)
            self._process = None
            self._socket.unlink(missing_ok=True)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and says nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def names(self) -> list[bytes]:
        """The keys it holds."""
        return sorted(self.client.scan_iter())

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except NotThere:
            return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A server that runs until the block ends."""
    # pytest's own folders have longer paths than a socket may have.
    with tempfile.TemporaryDirectory(prefix="atlas-redis-") as folder:
        made = RedisServer(Path(folder))
        made.start()
        try:
            yield made
        finally:
            made.client.close()
            made.stop()
