"""Every notebook runs from top to bottom on the sample city (nbmake)."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import Engine

from tests.support import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs(notebook: os.PathLike[str], city: Engine) -> None:
    environment = {
        **os.environ,
        "ATLAS_DATABASE_URL": city.url.render_as_string(hide_password=False),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbmake", "-q", "-p", "no:cacheprovider", str(notebook)],
        cwd=ROOT / "notebooks",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 passed" in done.stdout
