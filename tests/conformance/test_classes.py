"""No conformance class is told that no test is named after."""

from importlib import import_module
from pathlib import Path

import httpx
import pytest

from api.routes.conformance import CLASSES
from tests.conformance.requirements import shown_by


def _shown() -> set[str]:
    modules = [
        import_module(f"tests.conformance.{path.stem}")
        for path in sorted(Path(__file__).parent.glob("test_*.py"))
    ]
    return {
        uri
        for module in modules
        for name, function in vars(module).items()
        if name.startswith("test_")
        for uri in shown_by(function)
    }


SHOWN = _shown()


@pytest.mark.parametrize("uri", CLASSES)
def test_a_class_has_tests_named_after_its_requirements(uri: str) -> None:
    of_class = f"{uri.replace('/conf/', '/req/')}/"
    assert [one for one in SHOWN if one.startswith(of_class)]


def test_requirements_are_of_classes_that_are_told() -> None:
    told = {uri.replace("/conf/", "/req/") for uri in CLASSES}
    assert {uri.rpartition("/")[0] for uri in SHOWN} == told


def test_the_service_tells_these_classes(public: httpx.Client) -> None:
    assert public.get("/conformance").json()["conformsTo"] == list(CLASSES)
