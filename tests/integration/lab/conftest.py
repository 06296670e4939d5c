"""A laboratory on each of the two databases, empty at the start of each test."""

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.database import Database
from chassis.migrate import upgrade
from chassis.profiles import load
from chassis.service import open_house
from chassis.settings import Settings
from chassis.tables import metadata as plumbing
from contracts.facility import Facility
from services.lab import models
from tests.integration.lab.room import LabRoom
from tests.kit.blocking import blocking
from tests.kit.databases import Postgres


@pytest.fixture(scope="session")
def lab_postgres(database_server: str) -> Iterator[str]:
    """An own database of this test process, dropped at the end."""
    name = f"alur_test_lab_{uuid4().hex[:10]}"
    blocking(upgrade("lab", database_server + name))
    yield database_server + name
    Postgres(database_server).run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def lab_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    file = tmp_path_factory.mktemp("lab") / "lab.sqlite3"
    blocking(upgrade("lab", f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def profiles() -> Mapping[str, Facility]:
    return load(Settings().facilities_dir)


@pytest.fixture(params=["sqlite", "postgresql"])
async def lab(
    request: pytest.FixtureRequest, tmp_path: Path, profiles: Mapping[str, Facility]
) -> AsyncIterator[LabRoom]:
    on_postgres = request.param == "postgresql"
    address = request.getfixturevalue("lab_postgres") if on_postgres else None
    settings = Settings(data_dir=tmp_path, database_url=address)
    if not on_postgres:
        shutil.copy(request.getfixturevalue("lab_sqlite"), tmp_path / "lab.sqlite3")
    house = await open_house(settings, profiles)
    try:
        if on_postgres:
            await _empty(house.service("lab").database)
        yield LabRoom(house)
    finally:
        await house.close()


async def _empty(database: Database) -> None:
    names = [*models.metadata.tables, *plumbing.tables]
    async with database.writing() as connection:
        await connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
