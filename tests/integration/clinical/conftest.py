"""The clinical rooms alone, empty at the start of each test."""

import pytest

from chassis.service import House
from tests.integration.clinical.rooms import Rooms


@pytest.fixture
async def rooms(bare_house: House) -> Rooms:
    return await Rooms.empty(bare_house)
