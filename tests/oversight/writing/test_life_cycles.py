"""Every step of a life cycle can be sent, and nothing else."""

from typing import Any

import pytest

from oversight import lifecycle
from oversight.writing.resources import RESOURCES


def sent(resource: Any) -> set[str]:
    return {
        code
        for step in resource.steps
        for code in step.model_json_schema()["properties"]["step"].get("enum", [])
        or [step.model_json_schema()["properties"]["step"]["const"]]
    }


@pytest.mark.parametrize(
    "resource", [one for one in RESOURCES if one.machine], ids=lambda one: one.name
)
def test_every_step_of_a_life_cycle_can_be_sent(resource: Any) -> None:
    assert sent(resource) == set(lifecycle.MACHINES[resource.machine].steps)
