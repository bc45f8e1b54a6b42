"""The settings of the private server: postgresql.conf for a planner's machine of 2–8 cores."""

import os
from collections.abc import Mapping
from pathlib import Path

MEBIBYTE = 2**20

TEMPLATE = """\
# Written at every start of the private cluster; changes made here are lost.
cluster_name = 'compound-atlas'

# Nobody but this machine can connect, and on it nobody without the password.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'

# An eighth of the memory for pages; the system's own cache holds the rest.
shared_buffers = {shared_buffers}MB
effective_cache_size = {effective_cache_size}MB
# Per sort or hash, of which a request has few.
work_mem = {work_mem}MB
# Index builds after an import.
maintenance_work_mem = {maintenance_work_mem}MB

# Requests last milliseconds; compiling a plan costs more than it saves.
jit = off
# Disks are solid state: a page out of order costs little more than the next one.
random_page_cost = 1.1
# Nothing replicates a private cluster, and backups are of its rows: what fills a table that was
# made in the same transaction is written once.
wal_level = minimal
max_wal_senders = 0
# A bulk load should not force a checkpoint each gigabyte.
max_wal_size = {max_wal_size}MB
checkpoint_timeout = '15min'

# Error messages are matched by code, but a log must read the same on every machine.
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d '
# What people send stands in statements, and in what is told of the row that was refused: neither is
# logged, nor the values of statements whose times somebody has logged.
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


def server_config(
    *, port: int, sockets: Path | None, options: Mapping[str, str], memory: int | None = None
) -> str:
    """The text of atlas.conf.

    ``sockets`` is the folder of the Unix socket, None for no socket; ``options`` come last and so
    override ours; ``memory`` is in bytes, by default what this machine or container has.
    """
    megabytes = (memory or machine_memory()) // MEBIBYTE
    text = TEMPLATE.format(
        port=port,
        sockets=_quoted(str(sockets)) if sockets else "",
        shared_buffers=_between(megabytes // 8, 64, 2048),
        effective_cache_size=_between(megabytes // 2, 256, 32768),
        work_mem=_between(megabytes // 256, 4, 64),
        maintenance_work_mem=_between(megabytes // 16, 64, 1024),
        max_wal_size=4096,
    )
    return text + "".join(f"{name} = '{_quoted(value)}'\n" for name, value in options.items())


def machine_memory() -> int:
    """Bytes of memory of this machine, or of the container when that is allowed less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    allowed = limit.read_text().strip() if limit.is_file() else "max"
    return min(physical, int(allowed)) if allowed.isdigit() else physical


def _between(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
