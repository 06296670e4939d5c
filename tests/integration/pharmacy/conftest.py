"""The pharmacy of one test, on each database."""

import shutil
from collections.abc import AsyncIterator, Iterator
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
from services.pharmacy import app, models
from tests.integration.pharmacy.room import Room
from tests.kit.blocking import blocking
from tests.kit.databases import Postgres


@pytest.fixture(scope="session")
def postgres(database_server: str) -> Iterator[str]:
    """An own database of this test process, dropped at the end."""
    name = f"alur_test_pharmacy_{uuid4().hex[:10]}"
    blocking(upgrade("pharmacy", database_server + name))
    yield database_server + name
    Postgres(database_server).run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, to be copied."""
    file = tmp_path_factory.mktemp("pharmacy") / "pharmacy.sqlite3"
    blocking(upgrade("pharmacy", f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path / "pharmacy.sqlite3")
    return f"sqlite+aiosqlite:///{tmp_path / 'pharmacy.sqlite3'}"


@pytest.fixture
async def room(address: str, tmp_path: Path) -> AsyncIterator[Room]:
    settings = Settings(data_dir=tmp_path, database_url=address, _env_file=None)
    house = await open_house(settings, load(Path("deploy/facilities")))
    api = app.create_api(house)
    inbox = app.create_worker(house).inbox
    if not house.service("pharmacy").database.is_sqlite:
        await _empty(house.service("pharmacy").database)
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://alur.test") as client:
        yield Room(house, inbox, client)
    await house.close()


async def _empty(database: Database) -> None:
    names = [*models.metadata.tables, *plumbing.tables]
    async with database.writing() as connection:
        await connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
