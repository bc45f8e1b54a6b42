"""The bench of serving: it sees where answers differ, judges by the worst case, writes one part."""

import json
from pathlib import Path

import pytest
from mapbox_vector_tile import encode

from bench.serving import compare, ours, report, targets
from bench.serving.asked import Tile
from bench.serving.compare import Agreement
from bench.serving.load import Load
from bench.serving.measure import COLD, WARM, Results
from bench.serving.peers import Server

TILE = Tile(12, 3257, 1571)
SQUARE = "POLYGON ((100 100, 200 100, 200 200, 100 200, 100 100))"
IN_THE_MARGIN = "POLYGON ((-60 100, -10 100, -10 200, -60 200, -60 100))"


def _mvt(layer: str, *features: tuple[int, str, dict[str, object]]) -> bytes:
    drawn = [{"id": n, "geometry": shape, "properties": given} for n, shape, given in features]
    return bytes(encode({"name": layer, "features": drawn}))


def _page(*features: tuple[int, str]) -> bytes:
    made = [
        {
            "id": number,
            "geometry": {"type": "Polygon", "coordinates": [[[106.0, 38.0], [106.1, 38.0]]]},
            "properties": {"name": name},
        }
        for number, name in features
    ]
    return json.dumps({"features": made, "numberMatched": len(made)}).encode()


def _load(rate: float, p50: float = 10.0, p99: float = 20.0) -> Load:
    return Load(round(rate * 4), 4.0, 4000, p50, p99, p99, 0)


def _results(**rates: float) -> Results:
    made = Results(1500, cases={"tiles z 6": 6, "tiles z 10": 10})
    for case in made.cases:
        made.loads[case, COLD] = _load(rates["own"])
        if "peer" in rates:
            made.loads[case, "Martin, no cache"] = _load(rates["peer"])
    return made


def _verdict(results: Results, beginning: str) -> targets.Verdict:
    return next(one for one in targets.judged(results) if one.target.startswith(beginning))


def test_tiles_with_the_same_features_are_alike_whatever_the_layer_is_called() -> None:
    own = _mvt("compounds", (7, SQUARE, {"name": "安居", "effective_star": 3}))
    other = _mvt("default", (0, SQUARE, {"id": 7, "name": "安居", "effective_star": 3}))
    assert compare._tiles(own, other, TILE) == (1, [])


def test_a_feature_that_a_tile_lacks_is_told() -> None:
    own = _mvt("compounds", (7, SQUARE, {}), (8, SQUARE, {}))
    _, told = compare._tiles(own, _mvt("compounds", (7, SQUARE, {})), TILE)
    assert told == ["compounds has 2 features here and 1 there (1 only here, 0 only there)"]


def test_what_lies_in_the_margin_only_may_be_left_out() -> None:
    own = _mvt("compounds", (7, SQUARE, {}), (8, IN_THE_MARGIN, {}))
    assert compare._tiles(own, _mvt("compounds", (7, SQUARE, {})), TILE)[1] == []


def test_another_star_is_told() -> None:
    own = _mvt("compounds", (7, SQUARE, {"effective_star": 3}))
    _, told = compare._tiles(own, _mvt("compounds", (7, SQUARE, {"effective_star": 4})), TILE)
    assert len(told) == 1
    assert "1 differ in attributes" in told[0]


def test_an_empty_tile_is_not_like_a_full_one() -> None:
    assert compare._tiles(_mvt("compounds", (7, SQUARE, {})), b"", TILE)[1] == ["nothing there"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (_page((1, "甲"), (2, "乙")), []),
        (_page((2, "乙"), (1, "甲")), ["2 features here, 2 there, or in another order"]),
        (_page((1, "甲"), (2, "丙")), ["2 differs in name"]),
    ],
)
def test_pages_are_compared_by_number_order_and_properties(other: bytes, told: list[str]) -> None:
    assert compare._pages(_page((1, "甲"), (2, "乙")), other)[1][: len(told) or 1] == told


def test_the_worst_case_decides() -> None:
    results = _results(own=300, peer=100)
    assert _verdict(results, "cold tiles z 6").state == "met"
    results.loads["tiles z 10", COLD] = _load(240)
    short = _verdict(results, "cold tiles z 6")
    assert short.state == "short"
    assert short.figures.startswith("240.0/s against 100.0/s (tiles z 10)")


def test_ratios_of_unlike_answers_say_so() -> None:
    results = _results(own=300, peer=100)
    results.agreements["tiles z 6", "Martin, no cache"] = Agreement(5, 10, ("6/50/24: fewer",))
    assert "answers differ: tiles z 6" in _verdict(results, "cold tiles z 6").figures


def test_a_peer_that_is_not_there_makes_no_verdict() -> None:
    assert _verdict(_results(own=300), "cold tiles z 6").state == "not measured"


def test_one_case_with_a_long_tail_is_short() -> None:
    results = _results(own=300)
    results.loads["tiles z 6", WARM] = _load(900, p50=1.0, p99=5.5)
    found = _verdict(results, "p99")
    assert found.state == "short"
    assert "5.5× (tiles z 6, ours)" in found.figures


def test_only_its_own_section_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"# P\n\n## A\n\na\n\n{report.HEADING}\n\n### Old\n\n## Z\n\nz\n", "utf-8")
    monkeypatch.setattr(report, "DOCUMENT", document)
    for _ in range(2):
        report.write(f"{report.HEADING}\n\nnew\n")
    assert document.read_text("utf-8") == (
        f"# P\n\n## A\n\na\n\n{report.HEADING}\n\nnew\n\n## Z\n\nz\n"
    )


def test_the_first_section_is_put_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "performance.md"
    document.write_text("# P\n\n## A\n\na\n", "utf-8")
    monkeypatch.setattr(report, "DOCUMENT", document)
    report.write(f"{report.HEADING}\n\nnew\n")
    assert document.read_text("utf-8") == f"# P\n\n## A\n\na\n\n{report.HEADING}\n\nnew\n"


@pytest.mark.parametrize("tls", [True, False])
def test_the_shipped_gateway_can_be_put_before_the_service(tmp_path: Path, tls: bool) -> None:
    server = Server("ours", "http://127.0.0.1:8123", lambda _: None)
    site = ours._site(server, tmp_path, 8180, 8143, tls=tls)
    assert "server 127.0.0.1:8123;" in site
    assert f"listen 127.0.0.1:8143{' ssl http2' if tls else ''};" in site
    assert "/var/cache" not in site
