"""The databases of a simulated centre: lived once a session, copied for every test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.settings import Settings
from contracts.catalog import SERVICES
from tests.integration.deploy.damaged import Damaged, copy_rows, live_a_little, sqlite_settings
from tests.kit.blocking import blocking
from tests.kit.databases import Postgres, copy_sqlite, postgres_template


@pytest.fixture(scope="session")
def lived_files(sqlite_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    copy_sqlite(sqlite_files, folder)
    blocking(live_a_little(sqlite_settings(folder)))
    return folder


@pytest.fixture(scope="session")
def lived_databases(
    database_server: str, lived_files: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same rows on PostgreSQL; yields the name with `{service}` in it."""
    folder = tmp_path_factory.mktemp("template")
    with postgres_template(database_server, folder, demo=False) as name:
        target = Settings(mode="distributed", database_url=database_server + name, _env_file=None)
        blocking(copy_rows(sqlite_settings(lived_files), target))
        yield name


class Copies:
    """One set of copies a session; only what a test has written to is copied anew."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = Postgres(server), template
        self._name = f"alur_test_{uuid4().hex[:10]}_{{service}}"
        self.address = server + self._name
        self._there: set[str] = set()

    async def refresh(self, services: set[str]) -> None:
        for service in services:
            name = self._name.format(service=service)
            await self._server.run_async(
                f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
                f"CREATE DATABASE {name} TEMPLATE {self._template.format(service=service)}",
            )
        self._there |= services

    def remove(self) -> None:
        for service in self._there:
            name = self._name.format(service=service)
            self._server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def lived_copies(database_server: str, lived_databases: str) -> Iterator[Copies]:
    copies = Copies(database_server, lived_databases)
    blocking(copies.refresh(set(SERVICES)))
    yield copies
    copies.remove()


@pytest.fixture
async def damaged(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Damaged]:
    """SQLite in embedded mode, PostgreSQL in distributed mode."""
    if mode == "embedded":
        copy_sqlite(request.getfixturevalue("lived_files"), tmp_path)
        yield Damaged(sqlite_settings(tmp_path))
        return
    copies = request.getfixturevalue("lived_copies")
    settings = Settings(mode="distributed", database_url=copies.address, _env_file=None)
    centre = Damaged(settings)
    yield centre
    await copies.refresh(centre.touched)
