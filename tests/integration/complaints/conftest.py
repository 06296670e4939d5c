"""A complaints desk alone on each database."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from chassis.database import Database
from chassis.migrate import upgrade
from chassis.profiles import load
from chassis.service import open_house
from chassis.settings import Settings
from chassis.tables import metadata as plumbing
from contracts.facility import Facility
from services.complaints import app, models
from tests.integration.complaints.desk import Desk
from tests.kit.databases import Postgres


@pytest.fixture(scope="session")
def postgres(database_server: str) -> Iterator[str]:
    """An own database of this test process, dropped at the end."""
    name = f"alur_test_complaints_{uuid4().hex[:10]}"
    asyncio.run(upgrade("complaints", database_server + name))
    yield database_server + name
    Postgres(database_server).run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    file = tmp_path_factory.mktemp("template") / "complaints.sqlite3"
    asyncio.run(upgrade("complaints", f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def profiles() -> Mapping[str, Facility]:
    return load(Settings(_env_file=None).facilities_dir)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    file = shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def desk(
    address: str, tmp_path: Path, profiles: Mapping[str, Facility]
) -> AsyncIterator[Desk]:
    settings = Settings(data_dir=tmp_path, database_url=address, _env_file=None)
    house = await open_house(settings, profiles)
    transport = httpx.ASGITransport(app.create_api(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        running = Desk(house, client)
        if not running.database.is_sqlite:
            await _empty(running.database)
        yield running
    await house.close()


async def _empty(database: Database) -> None:
    async with database.writing() as connection:
        for table in [*reversed(models.metadata.sorted_tables), *plumbing.sorted_tables]:
            await connection.execute(sa.delete(table))
