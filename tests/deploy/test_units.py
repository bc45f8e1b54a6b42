"""The shipped systemd units: read without a complaint, in narrow bounds, of commands there are."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.support import ROOT

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
SERVICES = [one for one in UNITS if one.suffix == ".service"]
PROGRAM = "/opt/compound-atlas/.venv/bin/atlas"
EXPOSED = 2.0
"""At most of systemd's ten."""

analyzed = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with a program that is on this machine."""
    folder = tmp_path_factory.mktemp("units")
    for one in UNITS:
        told = one.read_text("utf-8").replace(PROGRAM, "/bin/true")
        (folder / one.name).write_text(told, "utf-8")
    return folder


@analyzed
@pytest.mark.parametrize("name", [one.name for one in UNITS])
def test_a_unit_is_read_without_a_complaint(units: Path, name: str) -> None:
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(units / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    # It may complain of units of this machine besides.
    assert not [line for line in said.stderr.splitlines() if "atlas" in line]


@analyzed
@pytest.mark.parametrize("name", [one.name for one in SERVICES])
def test_a_service_may_do_little_besides_its_work(units: Path, name: str) -> None:
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(units / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    level = re.search(r"exposure level for \S+: ([\d.]+)", said.stdout)
    assert level, said.stdout[-300:]
    assert float(level[1]) <= EXPOSED


@pytest.mark.parametrize("path", SERVICES, ids=[one.name for one in SERVICES])
def test_a_service_runs_a_command_that_there_is(path: Path) -> None:
    (command,) = re.findall(rf"^ExecStart={PROGRAM} (.+)$", path.read_text("utf-8"), re.MULTILINE)
    words = [word for word in command.split() if not word.startswith(("/", "-")) and word.isalpha()]
    assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0
