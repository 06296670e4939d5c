"""A pharmacy alone, empty at the start of each test."""

import pytest

from chassis.service import House
from tests.integration.pharmacy.room import Room


@pytest.fixture
async def room(bare_house: House) -> Room:
    return await Room.empty(bare_house)
