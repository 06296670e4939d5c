"""A complaints desk alone, empty at the start of each test."""

import pytest

from chassis.service import House
from tests.integration.complaints.desk import Desk


@pytest.fixture
async def desk(bare_house: House) -> Desk:
    return await Desk.empty(bare_house)
