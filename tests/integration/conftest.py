"""One service alone, on a database without anything in it."""

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from chassis.profiles import load
from chassis.service import House, open_house
from chassis.settings import Settings
from contracts.facility import Facility
from tests.kit.databases import copy_sqlite, postgres_template, sqlite_template


@pytest.fixture(scope="session")
def profiles() -> Mapping[str, Facility]:
    return load(Path("deploy/facilities"))


@pytest.fixture(scope="session")
def empty_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("empty"), demo=False)


@pytest.fixture(scope="session")
def empty_databases(
    database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """One set for all tests of this process: each room empties its own before a test."""
    folder = tmp_path_factory.mktemp("empty")
    with postgres_template(database_server, folder, demo=False) as name:
        yield database_server + name


@pytest.fixture
async def bare_house(
    mode: str, tmp_path: Path, profiles: Mapping[str, Facility], request: pytest.FixtureRequest
) -> AsyncIterator[House]:
    """SQLite in embedded mode, PostgreSQL in distributed mode; messages are given by hand."""
    address = None
    if mode == "distributed":
        address = request.getfixturevalue("empty_databases")
    else:
        copy_sqlite(request.getfixturevalue("empty_files"), tmp_path)
    settings = Settings(data_dir=tmp_path, database_url=address, _env_file=None)
    house = await open_house(settings, profiles)
    try:
        yield house
    finally:
        await house.close()
