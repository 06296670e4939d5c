"""Registration alone on each of the two databases, empty at the start of each test."""

import shutil
from collections.abc import AsyncIterator, Iterator
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
from services.registration import models
from tests.integration.registration.desk import Desk
from tests.kit.blocking import blocking
from tests.kit.databases import Postgres


@pytest.fixture(scope="session")
def registration_postgres(database_server: str) -> Iterator[str]:
    """An own database of this test process, dropped at the end."""
    name = f"alur_test_registration_{uuid4().hex[:10]}"
    blocking(upgrade("registration", database_server + name))
    yield database_server + name
    Postgres(database_server).run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def registration_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    file = tmp_path_factory.mktemp("registration") / "registration.sqlite3"
    blocking(upgrade("registration", f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    on_postgres = request.param == "postgresql"
    address = request.getfixturevalue("registration_postgres") if on_postgres else None
    settings = Settings(data_dir=tmp_path, database_url=address)
    if not on_postgres:
        file = request.getfixturevalue("registration_sqlite")
        shutil.copy(file, tmp_path / "registration.sqlite3")
    house = await open_house(settings, load(settings.facilities_dir))
    try:
        if on_postgres:
            await _empty(house.service("registration").database)
        yield Desk(house)
    finally:
        await house.close()


async def _empty(database: Database) -> None:
    names = [*models.metadata.tables, *plumbing.tables]
    async with database.writing() as connection:
        await connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
