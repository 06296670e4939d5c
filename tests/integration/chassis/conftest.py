"""A database with nothing but the plumbing, and messages to carry through it."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from chassis.database import Database
from chassis.tables import metadata
from chassis.work import Work
from contracts.envelope import Actor
from contracts.facility import Facility
from tests.kit.databases import Postgres
from tests.kit.samples import lab_requested


@pytest.fixture
async def database(
    mode: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Database]:
    """SQLite in embedded mode, PostgreSQL in distributed mode; plumbing tables only."""
    name, url = f"alur_test_{uuid4().hex[:10]}", f"sqlite+aiosqlite:///{tmp_path}/plumbing.sqlite3"
    server = None
    if mode == "distributed":
        address = request.getfixturevalue("database_server")
        server, url = Postgres(address), address + name
        await server.run_async(f"CREATE DATABASE {name}")
    opened = Database(url, pool=4)
    try:
        async with opened.writing() as connection:
            await connection.run_sync(metadata.create_all)
        yield opened
    finally:
        await opened.close()
        if server:
            await server.run_async(f"DROP DATABASE {name} WITH (FORCE)")


class Desk:
    """Writes events as a use case would."""

    def __init__(self, database: Database, facility: Facility) -> None:
        self.database, self.facility = database, facility

    async def publish(self, *orders: UUID) -> list[UUID]:
        """One transaction that requests a lab test for each order."""
        async with self.database.writing() as connection:
            actor = Actor("s1", "midwife", "anak")
            work = Work(self.database, connection, actor, self.facility, datetime.now(UTC))
            ids = [work.publish(lab_requested(order_id=order)) for order in orders]
            work.audit("lab.request", orders[0])
            await work.flush()
        return ids


@pytest.fixture
def desk(database: Database, profiles: Mapping[str, Facility]) -> Desk:
    return Desk(database, profiles["dharma_rini"])
