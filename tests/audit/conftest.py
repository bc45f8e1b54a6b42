"""A database without facts whose audit is sealed into a folder of the test's own."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit import sealer
from audit.settings import AuditSettings
from tests.audit.support import Audit


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    return AuditSettings(home=tmp_path / "home")


@pytest.fixture
def audit(database: Engine, settings: AuditSettings) -> Audit:
    made = Audit(database, settings, sealer.place(settings))
    made.tamper("TRUNCATE audit.event, audit.person_value, audit.seal")
    return made
