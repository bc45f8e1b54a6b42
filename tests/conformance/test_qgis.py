"""QGIS opens the layers, styles and pictures, and draws them in the colours that are meant."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from layers.styles import palette
from tests.support import Service

PROBE = Path(__file__).with_name("qgis_probe.py")
PYTHONS = ("/usr/bin/python3", "python3")


def _python() -> str | None:
    """A Python with PyQGIS: that of the system, not our own."""
    for name in PYTHONS:
        found = shutil.which(name)
        if found is None:
            continue
        tried = subprocess.run(
            [found, "-c", "import qgis.core"], capture_output=True, timeout=60, check=False
        )
        if tried.returncode == 0:
            return found
    return None


@pytest.fixture(scope="module")
def told(served_city: Service, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    python = _python()
    if python is None:
        pytest.skip("PyQGIS is not installed (Debian: python3-qgis and qgis-providers)")
    folder = tmp_path_factory.mktemp("qgis")
    ran = subprocess.run(
        [python, str(PROBE), served_city.url, str(folder)],
        env={**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    made: dict[str, Any] = json.loads((folder / "told.json").read_text("utf-8"))
    return made


def on_white(colour: str, opacity: float) -> tuple[int, ...]:
    return tuple(round(opacity * part + (1 - opacity) * 255) for part in bytes.fromhex(colour[1:]))


def shows(drawn: list[str], colours: list[str], opacity: float) -> bool:
    """Whether each colour is among those drawn, but for a rounding of each part."""
    seen = [tuple(bytes.fromhex(one[1:])) for one in drawn]
    return all(
        any(max(abs(a - b) for a, b in zip(one, wanted, strict=True)) <= 2 for one in seen)
        for wanted in (on_white(colour, opacity) for colour in colours)
    )


STARS = [palette.STAR_1, palette.STAR_2, palette.STAR_3, palette.STAR_4, palette.STAR_5]


def test_every_feature_is_there(told: dict[str, Any]) -> None:
    assert told["features"] == told["qlr"]["features"] == 1500


@pytest.mark.parametrize("form", ["qml", "sld", "qlr", "tiles", "wmts"])
def test_areas_are_in_the_colours_of_their_stars(told: dict[str, Any], form: str) -> None:
    assert told[form]["loaded"], told[form].get("said")
    assert shows(told[form]["near"], STARS, 0.88), told[form]["near"]


@pytest.mark.parametrize(("form", "most"), [("qml", 3), ("wmts", 3)])
def test_points_are_in_the_colours_of_their_stars(
    told: dict[str, Any], form: str, most: int
) -> None:
    assert shows(told[form]["city"], STARS[1 : 1 + most], 1), told[form]["city"]


def test_the_map_is_drawn_with_its_land(told: dict[str, Any]) -> None:
    assert told["xyz"]["loaded"]
    assert told["xyz"]["near"][0] == palette.LAND
    assert told["xyz"]["city"][0] == palette.LAND


def test_a_pixel_of_wmts_is_identified(told: dict[str, Any]) -> None:
    assert told["wmts"]["identified"]
