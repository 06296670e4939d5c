"""One service alone: its HTTP side, its inbox fed by hand, and what it leaves in its database."""

import importlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, ClassVar, Self, TypeVar
from uuid import uuid4

import httpx
import sqlalchemy as sa

from chassis.auth import Identity
from chassis.database import Database
from chassis.outbox import mark_published, waiting
from chassis.service import House
from chassis.tables import audit, parked
from chassis.tables import metadata as plumbing
from contracts.catalog import EVENTS
from contracts.envelope import Envelope, Event
from contracts.facility import Facility
from tests.kit.apps import bearer, client_of

E = TypeVar("E", bound=Event)


class BareRoom:
    """What a test does to a service, and what it sees of it. Each room adds its own words."""

    name: ClassVar[str]
    #: Who works here, unless a test says otherwise.
    role: ClassVar[str]
    unit: ClassVar[str] = "*"
    facility: ClassVar[str] = "dharma_rini"

    def __init__(self, house: House) -> None:
        module = importlib.import_module(f"services.{self.name}.app")
        self.house = house
        self.app = module.create_api(house)
        self.inbox = module.create_worker(house).inbox
        self.service = house.service(self.name)
        self.tables = [*module.metadata.tables, *plumbing.tables]
        self._sequences: dict[tuple[str, str], count[int]] = defaultdict(lambda: count(1))

    @classmethod
    async def empty(cls, house: House) -> Self:
        """The room with nothing in its tables, whatever an earlier test left on the server."""
        room = cls(house)
        if not room.database.is_sqlite:
            emptied = sa.text(f"TRUNCATE {', '.join(room.tables)} RESTART IDENTITY")
            async with room.database.writing() as connection:
                await connection.execute(emptied)
        return room

    @property
    def database(self) -> Database:
        return self.service.database

    @property
    def profile(self) -> Facility:
        return self.service.profiles[self.facility]

    def with_profile(self, **parts: Any) -> None:
        """From now on the centre's profile says something else."""
        changed = self.profile.model_copy(update=parts)
        self.service.profiles = dict(self.service.profiles) | {self.facility: changed}

    def late_after(self, minutes: int | None) -> None:
        queue = self.profile.queue.model_copy(update={"late_after_minutes": minutes})
        self.with_profile(queue=queue)

    # People: a person is a client, `get`, `post` and `form` are one request of one person.

    def headers(
        self, role: str = "", *, staff_id: str = "", unit: str = "", facility: str = ""
    ) -> dict[str, str]:
        """Somebody's token. Who has no id is called after the role: `midwife`, named `Midwife`."""
        role = role or self.role
        named = staff_id or role
        units = frozenset({unit or self.unit})
        who = Identity(named, named.title(), facility or self.facility, frozenset({role}), units)
        return bearer(self.house, who)

    def person(self, role: str = "", **who: str) -> httpx.AsyncClient:
        return client_of(self.app, self.headers(role, **who))

    def stranger(self) -> httpx.AsyncClient:
        """Somebody who is not signed in."""
        return client_of(self.app)

    async def get(
        self, path: str, *, role: str = "", facility: str = "", **headers: str
    ) -> httpx.Response:
        async with self.person(role, facility=facility) as client:
            return await client.get(path, headers=headers)

    async def post(
        self, path: str, body: Mapping[str, Any], *, role: str = "", **headers: str
    ) -> httpx.Response:
        async with self.person(role) as client:
            return await client.post(path, json=body, headers=headers)

    async def form(self, path: str, fields: Mapping[str, str], *, role: str = "") -> httpx.Response:
        async with self.person(role) as client:
            return await client.post(path, data=dict(fields))

    # Messages.

    async def receive(self, *events: Event, facility: str = "") -> list[bytes]:
        """Deliver events in one batch, as the bus would; returns the bodies for a second time."""
        envelopes = [self._envelope(event, facility or self.facility) for event in events]
        bodies = [envelope.model_dump_json().encode() for envelope in envelopes]
        await self.deliver(bodies)
        return bodies

    async def deliver(self, bodies: Sequence[bytes]) -> None:
        await self.inbox.receive(bodies)

    def _envelope(self, event: Event, facility: str) -> Envelope:
        return Envelope(
            id=uuid4(),
            type=event.type,
            source=f"/alur/{event.producer()}",
            subject=event.partitionkey,
            time=datetime.now(UTC),
            dataschema=f"https://alur.id/schemas/{event.type}.json",
            facility=facility,
            sequence=next(self._sequences[event.producer(), event.partitionkey]),
            partitionkey=event.partitionkey,
            correlationid=event.partitionkey,
            actor="dr.sari;doctor;anak",
            privacy=event.privacy,
            data=event.model_dump(mode="json"),
        )

    async def published(self) -> list[Event]:
        """The events that wait to leave, in order."""
        messages = await waiting(self.database, 1000)
        envelopes = [Envelope.model_validate_json(message.body) for message in messages]
        return [EVENTS[item.type].model_validate(item.data) for item in envelopes]

    async def published_of(self, kind: type[E]) -> list[E]:
        return [event for event in await self.published() if isinstance(event, kind)]

    async def depart(self) -> None:
        """The bus has taken everything that waited."""
        await mark_published(self.database, await waiting(self.database, 1000))

    # Rows.

    async def parked(self) -> list[Any]:
        return await self.rows(sa.select(parked).order_by(parked.c.position))

    async def audited(self, action: str) -> list[Any]:
        return await self.rows(sa.select(audit).where(audit.c.action == action))

    async def rows(self, statement: sa.Executable) -> list[Any]:
        async with self.database.reading() as connection:
            return list((await connection.execute(statement)).all())


def good(answer: httpx.Response) -> Any:
    """The body of a good answer; anything else fails the test."""
    assert answer.status_code < 400, answer.text
    return answer.json()


async def page(client: httpx.AsyncClient, path: str, **headers: str) -> str:
    """A page as a browser gets it, without the white space of its template."""
    answer = await client.get(path, headers={"accept": "text/html"} | headers)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)
