"""A laboratory alone: its database, its inbox fed by hand, and its HTTP side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from chassis.auth import Identity
from chassis.outbox import waiting
from chassis.runtime import Service
from chassis.service import House, Worker
from chassis.tables import audit, parked
from contracts.catalog import EVENTS
from contracts.clinical import LabRequestedV1, LabResultReadV1
from contracts.envelope import Envelope, Event
from contracts.registration import PatientRegisteredV1
from contracts.values import LabPriority, RequestedTest, Sex
from services.lab.app import create_api, create_worker

HAEMOGLOBIN = "718-7"
FACILITY = "dharma_rini"


@dataclass
class LabRoom:
    """What a test does to the laboratory, and what it sees of it."""

    house: House
    sequences: dict[tuple[str, str], "count[int]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app: FastAPI = create_api(self.house)
        self.worker: Worker = create_worker(self.house)
        self.service: Service = self.house.service("lab")

    async def receive(self, *events: Event, facility: str = FACILITY) -> list[bytes]:
        """Deliver events in one batch, as the bus would; returns the bodies for a second time."""
        bodies = [self.envelope(event, facility).model_dump_json().encode() for event in events]
        await self.deliver(bodies)
        return bodies

    async def deliver(self, bodies: Sequence[bytes]) -> None:
        await self.service.require_inbox().receive(bodies)

    def envelope(self, event: Event, facility: str) -> Envelope:
        key = (event.producer(), event.partitionkey)
        return Envelope(
            id=uuid4(),
            type=event.type,
            source=f"/alur/{event.producer()}",
            subject=event.partitionkey,
            time=datetime.now(UTC),
            dataschema=f"https://alur.id/schemas/{event.type}.json",
            facility=facility,
            sequence=next(self.sequences.setdefault(key, count(1))),
            partitionkey=event.partitionkey,
            correlationid=event.partitionkey,
            actor="dr.sari;doctor;anak",
            privacy=event.privacy,
            data=event.model_dump(mode="json"),
        )

    async def order(
        self,
        *tests: str,
        priority: LabPriority = LabPriority.ROUTINE,
        minutes_ago: int = 0,
        facility: str = FACILITY,
    ) -> UUID:
        """A request of the child unit for a girl of 14 months, already on the worklist."""
        patient = patient_registered()
        request = lab_requested(
            *(tests or (HAEMOGLOBIN,)),
            patient_id=patient.patient_id,
            priority=priority,
            minutes_ago=minutes_ago,
        )
        await self.receive(patient, request, facility=facility)
        return request.order_id

    def person(
        self,
        staff_id: str = "ana",
        role: str = "analyst",
        facility: str = FACILITY,
        unit: str = "*",
    ) -> httpx.AsyncClient:
        """A client signed in as somebody."""
        who = Identity(staff_id, staff_id, facility, frozenset({role}), frozenset({unit}))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://lab",
            headers={"Authorization": f"Bearer {self.house.tokens.issue(who)}"},
        )

    async def published(self) -> list[Event]:
        """The events of the laboratory that wait to leave, in order."""
        messages = await waiting(self.service.database, 1000)
        envelopes = [Envelope.model_validate_json(message.body) for message in messages]
        return [EVENTS[item.type].model_validate(item.data) for item in envelopes]

    async def parked(self) -> list[Any]:
        return await self._rows(sa.select(parked).order_by(parked.c.position))

    async def audited(self, action: str) -> list[Any]:
        return await self._rows(sa.select(audit).where(audit.c.action == action))

    async def _rows(self, statement: Any) -> list[Any]:
        async with self.service.database.reading() as connection:
            return list((await connection.execute(statement)).all())


def patient_registered(**changes: Any) -> PatientRegisteredV1:
    facts: dict[str, Any] = {
        "patient_id": uuid4(),
        "mrn": "00-12-47",
        "full_name": "Aisyah Nuraini",
        "birth_date": date.today() - timedelta(days=14 * 30),
        "sex": Sex.FEMALE,
    }
    return PatientRegisteredV1(**(facts | changes))


def lab_requested(
    *tests: str, minutes_ago: int = 0, patient_id: UUID | None = None, **changes: Any
) -> LabRequestedV1:
    facts: dict[str, Any] = {
        "order_id": uuid4(),
        "visit_id": uuid4(),
        "patient_id": patient_id or uuid4(),
        "origin_unit": "anak",
        "tests": tuple(RequestedTest(loinc=loinc) for loinc in tests),
        "priority": LabPriority.ROUTINE,
        "requested_at": datetime.now(UTC) - timedelta(minutes=minutes_ago),
    }
    return LabRequestedV1(**(facts | changes))


def result_read(order_id: UUID, visit_id: UUID, version: int = 1) -> LabResultReadV1:
    return LabResultReadV1(order_id=order_id, visit_id=visit_id, version=version)


async def step(client: httpx.AsyncClient, order_id: UUID, name: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/orders/{order_id}/{name}", json=body)


async def steps(client: httpx.AsyncClient, order_id: UUID, *names: str) -> None:
    """Take steps that must succeed; `results` enters a haemoglobin of 8.1."""
    for name in names:
        body = {"values": {HAEMOGLOBIN: 8.1}} if name == "results" else {}
        answer = await step(client, order_id, name, **body)
        assert answer.status_code == 200, (name, answer.text)
