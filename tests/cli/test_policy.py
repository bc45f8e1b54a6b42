"""What ``atlas policy`` says of a file and of a city."""

from pathlib import Path

from oversight.policy import DEFAULT, load
from oversight.policy.readings import READINGS
from tests.command import atlas


def test_a_good_file_is_told_by_city_and_version() -> None:
    done = atlas("policy", "check", str(DEFAULT))
    assert done.stdout == f"yinchuan.toml: 银川市 (640100), version {load().version}\n"
    assert done.returncode == 0


def test_a_bad_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text('extends = "yinchuan.toml"\n[ladder]\ncount = "rules"\n', "utf-8")
    done = atlas("policy", "check", str(file))
    assert done.returncode == 1
    assert done.stderr == (
        "atlas: city.toml: ladder.count = 'rules' is not one of 'distinct', 'events'\n"
    )


def test_every_setting_of_a_city_is_shown_with_its_row() -> None:
    done = atlas("policy", "show", "640100")
    assert done.returncode == 0
    for setting in READINGS:
        assert setting in done.stdout
