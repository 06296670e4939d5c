"""A database with nothing but the plumbing, and messages to carry through it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis import replay
from chassis.database import Database
from chassis.errors import Conflict
from chassis.inbox import Handlers, Inbox
from chassis.outbox import waiting
from chassis.tables import audit, metadata, parked
from chassis.work import Work
from contracts.clinical import LabRequestedV1
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


PERSON = Actor("s9", "admin", "*")


class Room:
    """A service that keeps orders; some are refused or fail. People decide on its messages."""

    def __init__(self, database: Database, profiles: Mapping[str, Facility]) -> None:
        self.database, self.profiles = database, profiles
        self.refused: set[UUID] = set()
        self.failing: dict[UUID, list[Exception]] = {}
        #: What the handling of an order waits for; who has begun to wait says so in `busy`.
        self.gates: dict[UUID, Callable[[], Awaitable[object]]] = {}
        self.busy = asyncio.Event()
        handlers = Handlers()
        handlers.on(LabRequestedV1)(self._take)
        self.inbox = Inbox("lab", database, profiles, handlers, lambda pending: None)

    async def _take(self, work: Work, event: LabRequestedV1) -> None:
        if event.order_id in self.refused:
            raise Conflict("Permintaan ini tidak dapat diterima")
        if faults := self.failing.get(event.order_id):
            raise faults.pop()
        if gate := self.gates.get(event.order_id):
            self.busy.set()
            await gate()
        work.audit("order.take", event.order_id)

    async def receive_all(self) -> None:
        """What the desk has published, as the bus would bring it."""
        await self.inbox.receive(await bodies(self.database))

    async def replay(self, event_id: UUID, facility: str = "dharma_rini") -> None:
        await self._decide(lambda work: replay.replay(work, self.inbox, event_id), facility)

    async def discard(
        self, event_id: UUID, reason: str = "uji coba", facility: str = "dharma_rini"
    ) -> None:
        await self._decide(lambda work: replay.discard(work, event_id, reason), facility)

    async def _decide(self, run: Callable[[Work], Awaitable[None]], facility: str) -> None:
        centre = self.profiles[facility]
        async with self.database.writing() as connection:
            work = Work(self.database, connection, PERSON, centre, datetime.now(UTC))
            await run(work)
            await work.flush()
        await replay.resume(self.inbox, PERSON)

    async def rows(self, table: sa.Table) -> Sequence[Any]:
        first = next(iter(table.primary_key))
        async with self.database.reading() as connection:
            return (await connection.execute(sa.select(table).order_by(first))).all()

    async def held(self) -> list[tuple[str, str]]:
        """State and code of every message that was ever parked, the oldest first."""
        return [(row.state, row.code) for row in await self.rows(parked)]

    async def effects(self) -> list[str]:
        """What stands committed, in order."""
        return [row.subject for row in await self.rows(audit) if row.action == "order.take"]


@pytest.fixture
def room(database: Database, profiles: Mapping[str, Facility]) -> Room:
    return Room(database, profiles)


async def bodies(database: Database) -> list[bytes]:
    return [message.body for message in await waiting(database, 1000)]
