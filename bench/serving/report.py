"""The run as Markdown, and its section of docs/performance.md."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.serving import targets
from bench.serving.data import ROOT
from bench.serving.load import CONNECTIONS, FEW
from bench.serving.measure import COLD, FLOOR, NGINX, NGINX_TLS, WARM, Results
from bench.serving.peers import IN_ALL, WORKERS

DOCUMENT = ROOT / "docs/performance.md"
HEADING = "## Serving beside its peers"
FINDINGS = Path(__file__).with_name("findings.md")
"""What no program can tell: why something falls short. Written by hand, put below the figures."""

COLUMNS = (
    *(COLD, "Martin, no cache", "tipg", "pg_tileserv", "pg_featureserv"),
    *(WARM, NGINX, NGINX_TLS, "Martin, cache"),
)


def section(runs: Sequence[Results], seconds: float, versions: str, day: date) -> str:
    """The whole section, heading included."""
    parts = [HEADING, _head(seconds, versions, day)]
    for results in runs:
        parts += [
            f"### {results.compounds:,} compounds",
            _table(results),
            _beside(results),
            _verdicts(results),
        ]
    if FINDINGS.exists():
        parts.append(FINDINGS.read_text("utf-8").strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def write(text: str) -> None:
    """Put the section in place of the last one, or at the end."""
    document = DOCUMENT.read_text("utf-8")
    found = re.search(rf"^{re.escape(HEADING)}$.*?(?=^## |\Z)", document, re.M | re.S)
    if found is None:
        document = f"{document.rstrip()}\n\n{text}"
    else:
        after = document[found.end() :]
        document = document[: found.start()] + text + ("\n" if after else "") + after
    DOCUMENT.write_text(document, "utf-8")


def _head(seconds: float, versions: str, day: date) -> str:
    return f"""\
`make bench-serving` ({day}): one machine ({os.cpu_count()} cores, {platform.system()}), one run, \
everything on it: clients, servers, database. {versions}. wrk with {CONNECTIONS} connections over \
a list of addresses for {seconds:.0f} s each, without compression; what is compared was measured \
one directly after the other. Every server has {WORKERS} workers and {IN_ALL} connections \
to the database in all. Answers a second, and below them the \
latencies of 50 and 99 of a hundred in milliseconds (\\* of fewer than {FEW} answers).

Without a cache the database draws each answer (`ATLAS_CACHE_MEGABYTES=0`: ours then draws for \
each who asks); with one, all were asked before. “{FLOOR}” \
is the SQL of our answers by pgbench with {IN_ALL} connections, as the public's role, nothing sent \
but lengths. Peers read flat tables made beforehand (`bench/serving/tables.py`): today's star is \
joined, outlines and label points are projected, clustered and indexed, no row policy applies; \
ours reads narrow tables that are kept up while facts change. tipg draws one table in a tile, so \
from z 9 on only outlines. How much an address may read was not limited \
(`ATLAS_READS_PER_MINUTE`)."""


def _table(results: Results) -> str:
    shown = [name for name in COLUMNS if any(server == name for _, server in results.loads)]
    lines = [
        f"| | {FLOOR} | {' | '.join(shown)} |",
        f"|---|---|{'---|' * len(shown)}",
    ]
    for case in results.cases:
        cells = [_per_second(results.floors[case])]
        cells += [_cell(results, case, server) for server in shown]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _per_second(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"


def _cell(results: Results, case: str, server: str) -> str:
    load = results.loads.get((case, server))
    if load is None:
        return ""
    mark = r"\*" if load.requests < FEW else ""
    return f"{_per_second(load.rate)}<br>{load.p50:,.1f} / {load.p99:,.1f}{mark}"


def _beside(results: Results) -> str:
    told = [
        "Answers were compared first: " + _agreements(results) + ".",
        "Sizes: " + ", ".join(_size(results, case) for case in results.cases) + ".",
    ]
    table, view = results.views
    if view:
        told.append(
            f"Boxes from the peers' table {_per_second(table)}/s and from a view over the facts "
            f"{_per_second(view)}/s in plain SQL: {_cost(table / view)}."
        )
    if results.slowest:
        worst = ", ".join(f"{tile} {ms:,.0f} ms" for ms, tile in results.slowest[:3])
        told.append(f"One at a time, the slowest of the fullest tiles: {worst}.")
    if results.absent:
        told.append(f"Left out: {'; '.join(results.absent)}.")
    return " ".join(told)


def _cost(ratio: float) -> str:
    if ratio > 1.1:
        return f"a view would cost them {ratio:.1f}×, so they have the table"
    return "a view would cost them nothing"


def _agreements(results: Results) -> str:
    alike = sum(one.features for one in results.agreements.values() if not one.differences)
    unlike = {key: one for key, one in results.agreements.items() if one.differences}
    if not unlike:
        return f"all {alike:,} features that were compared are alike, number by number"
    told = "; ".join(f"{case}, {server}: {one}" for (case, server), one in unlike.items())
    return f"{alike:,} features alike, but {told}"


def _size(results: Results, case: str) -> str:
    load = results.loads[case, COLD]
    return f"{case} {load.size / 1000:,.1f} kB"


def _verdicts(results: Results) -> str:
    lines = ["| target | | figures |", "|---|---|---|"]
    lines += [f"| {one.target} | {one.state} | {one.figures} |" for one in targets.judged(results)]
    return "\n".join(lines)
