"""What was asked for, and whether a run shows it: one line a target."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.serving.measure import COLD, NGINX, NGINX_TLS, WARM, Results

MOST_SPREAD = 5.0
SLOWEST_MS = 100.0
NATION = 500_000


@dataclass(frozen=True)
class Verdict:
    """A target, ``met``, ``short`` or ``not measured``, and the figures that say so."""

    target: str
    state: str
    figures: str

    def __str__(self) -> str:
        return f"{self.state:<12} {self.target}: {self.figures}"


@dataclass(frozen=True)
class Ratio:
    """At least so many times the rate of a peer, in each of some cases."""

    target: str
    ours: str
    peer: str
    least: float
    zooms: range | None

    def judged(self, results: Results) -> Verdict:
        """The worst case decides; all ratios are told."""
        found = []
        for case, zoom in results.cases.items():
            wanted = zoom is None if self.zooms is None else zoom is not None and zoom in self.zooms
            own, other = results.rate(case, self.ours), results.rate(case, self.peer)
            if wanted and own and other:
                found.append((own / other, case, own, other))
        if not found:
            return Verdict(self.target, "not measured", f"no {self.peer} at hand")
        worst = min(found)
        state = "met" if worst[0] >= self.least else "short"
        all_ = ", ".join(f"{case} {ratio:.1f}×" for ratio, case, _, _ in found)
        unlike = self._unlike(results, [case for _, case, _, _ in found])
        return Verdict(
            self.target,
            state,
            f"{worst[2]:,.1f}/s against {worst[3]:,.1f}/s ({worst[1]}); {all_}{unlike}",
        )

    def _unlike(self, results: Results, cases: Iterable[str]) -> str:
        unlike = [
            case
            for case in cases
            if (one := results.agreements.get((case, self.peer))) and one.differences
        ]
        return f" (answers differ: {', '.join(unlike)})" if unlike else ""


RATIOS: Sequence[Ratio] = (
    Ratio("cold tiles z 6–11 ≥ 2.5× Martin", COLD, "Martin, no cache", 2.5, range(6, 12)),
    Ratio("cold tiles z 12–16 ≥ 1.2× Martin", COLD, "Martin, no cache", 1.2, range(12, 17)),
    Ratio("warm tiles in process ≥ 10× tipg", WARM, "tipg", 10, range(17)),
    Ratio(
        "warm tiles behind nginx as shipped ≥ 1× Martin's cache",
        NGINX_TLS,
        "Martin, cache",
        1,
        range(17),
    ),
    Ratio(
        "the same with nginx over plain HTTP, as Martin is asked",
        NGINX,
        "Martin, cache",
        1,
        range(17),
    ),
    Ratio("items, box and CQL2 as shipped (kept) ≥ 8× tipg", WARM, "tipg", 8, None),
    Ratio("the same with nothing kept", COLD, "tipg", 8, None),
    Ratio("items, box and CQL2 ≥ 2× pg_featureserv", COLD, "pg_featureserv", 2, None),
)


def judged(results: Results) -> list[Verdict]:
    """Every target for one size."""
    found = [ratio.judged(results) for ratio in RATIOS]
    found.append(_spread(results))
    if results.compounds >= NATION:
        found.append(_slow(results))
    return found


def _spread(results: Results) -> Verdict:
    own = [
        (load.p99 / load.p50, case, server, load)
        for (case, server), load in results.loads.items()
        if server in (COLD, WARM, NGINX, NGINX_TLS)
    ]
    ratio, case, server, load = max(own, key=lambda one: one[0])
    over = sum(1 for one in own if one[0] > MOST_SPREAD)
    return Verdict(
        f"p99 under load ≤ {MOST_SPREAD:.0f}× p50",
        "short" if over else "met",
        f"p99 {load.p99:,.1f} ms, p50 {load.p50:,.1f} ms, {ratio:.1f}× ({case}, {server}); "
        f"{len(own) - over} of {len(own)} cases within",
    )


def _slow(results: Results) -> Verdict:
    worst, tile = results.slowest[0]
    over = [one for one in results.slowest if one[0] > SLOWEST_MS]
    return Verdict(
        f"no unfiltered tile over {SLOWEST_MS:.0f} ms cold",
        "short" if over else "met",
        f"the slowest {worst:,.0f} ms ({tile}); {len(over)} of {len(results.slowest)} over",
    )
