"""The centre whose procedure the laboratory rules are tried on."""

from pathlib import Path

import pytest
import yaml

from contracts.facility import Facility

PROFILE = Path(__file__).parents[3] / "deploy" / "facilities" / "dharma_rini.yaml"


@pytest.fixture(scope="session")
def facility() -> Facility:
    return Facility.model_validate(yaml.safe_load(PROFILE.read_text(encoding="utf-8")))
