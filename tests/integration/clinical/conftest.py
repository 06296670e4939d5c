"""The clinical rooms on each of the two databases."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.migrate import upgrade
from chassis.profiles import load
from chassis.service import open_house
from chassis.settings import Settings
from tests.integration.clinical.rooms import Rooms
from tests.kit.databases import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
async def rooms(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rooms]:
    name, server = f"alur_test_clinical_{uuid4().hex[:10]}", None
    if request.param == "postgresql":
        server = str(request.getfixturevalue("database_server"))
    settings = Settings(data_dir=tmp_path, database_url=server + name if server else None)
    await upgrade("clinical", settings.database("clinical"))
    house = await open_house(settings, load(settings.facilities_dir))
    try:
        yield Rooms(house)
    finally:
        await house.close()
        if server:
            await Postgres(server).run_async(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
