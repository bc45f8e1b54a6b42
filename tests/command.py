"""Runs the real ``atlas`` command as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ATLAS = str(Path(sys.executable).with_name("atlas"))


def environment(**settings: str) -> dict[str, str]:
    """The tests' environment with only the given settings of ours."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ATLAS_")}
    return inherited | {f"ATLAS_{name.upper()}": value for name, value in settings.items()}


def atlas(
    *arguments: str, stdin: str = "", home: Path | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run ``atlas ARGUMENTS`` to its end; ``home`` and ``settings`` become ATLAS_… variables."""
    if home is not None:
        settings["home"] = str(home)
    return subprocess.run(
        [ATLAS, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(**settings),
        timeout=120,
        check=False,
    )
