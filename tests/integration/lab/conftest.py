"""A laboratory alone, empty at the start of each test."""

import pytest

from chassis.service import House
from tests.integration.lab.room import LabRoom


@pytest.fixture
async def lab(bare_house: House) -> LabRoom:
    return await LabRoom.empty(bare_house)
