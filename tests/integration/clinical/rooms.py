"""The clinical rooms alone: their database, their inbox fed by hand, and their HTTP side."""

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
from chassis.outbox import mark_published, waiting
from chassis.runtime import Service
from chassis.service import House, Worker
from chassis.tables import audit, parked
from contracts.catalog import EVENTS
from contracts.envelope import Envelope, Event
from contracts.lab import ResultReleasedV1
from contracts.registration import PatientRegisteredV1, PatientRoutedV1, RouteReason
from contracts.values import LabResult, PriorityClass, Sex
from services.clinical.app import create_api, create_worker

FACILITY = "dharma_rini"
NAME = "Aisyah Nuraini"
BORN = date(2025, 9, 18)
HAEMOGLOBIN = "718-7"
WEIGHT, LENGTH, TEMPERATURE = "29463-7", "8306-3", "8310-5"


@dataclass
class Rooms:
    """What a test does to the clinical rooms, and what it sees of them."""

    house: House
    sequences: dict[tuple[str, str], "count[int]"] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.app: FastAPI = create_api(self.house)
        self.worker: Worker = create_worker(self.house)
        self.service: Service = self.house.service("clinical")

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
            actor="loket1;clerk;pendaftaran",
            privacy=event.privacy,
            data=event.model_dump(mode="json"),
        )

    async def arrive(self, unit: str = "anak", **changes: Any) -> UUID:
        """A girl of about 14 months, registered and routed to a unit; returns the visit."""
        patient = registered(facts=changes.pop("patient", {}))
        route = routed(
            number=next(self.numbers), patient_id=patient.patient_id, to_unit=unit, **changes
        )
        await self.receive(patient, route)
        return route.visit_id

    def person(
        self,
        role: str = "midwife",
        units: Sequence[str] = ("anak",),
        staff_id: str = "bd.sari",
        facility: str = FACILITY,
    ) -> httpx.AsyncClient:
        """A client signed in as somebody."""
        who = Identity(staff_id, "Bd. Sari", facility, frozenset({role}), frozenset(units))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://clinical",
            headers={"Authorization": f"Bearer {self.house.tokens.issue(who)}"},
        )

    async def published(self) -> list[Event]:
        """The events of the rooms that wait to leave, in order."""
        messages = await waiting(self.service.database, 1000)
        envelopes = [Envelope.model_validate_json(message.body) for message in messages]
        return [EVENTS[item.type].model_validate(item.data) for item in envelopes]

    async def depart(self) -> None:
        """The bus has taken everything that waited."""
        await mark_published(self.service.database, await waiting(self.service.database, 1000))

    async def parked(self) -> list[Any]:
        return await self.rows(sa.select(parked).order_by(parked.c.position))

    async def audited(self, action: str) -> list[Any]:
        return await self.rows(sa.select(audit).where(audit.c.action == action))

    async def rows(self, statement: Any) -> list[Any]:
        async with self.service.database.reading() as connection:
            return list((await connection.execute(statement)).all())


def registered(facts: dict[str, Any] | None = None) -> PatientRegisteredV1:
    known: dict[str, Any] = {
        "patient_id": uuid4(),
        "mrn": "00-12-47",
        "full_name": NAME,
        "birth_date": BORN,
        "sex": Sex.FEMALE,
    }
    return PatientRegisteredV1(**(known | (facts or {})))


def routed(number: int = 1, **changes: Any) -> PatientRoutedV1:
    facts: dict[str, Any] = {
        "visit_id": uuid4(),
        "patient_id": uuid4(),
        "route_seq": 1,
        "to_unit": "anak",
        "reason": RouteReason.REGISTRATION,
        "priority_class": PriorityClass.REGULAR,
        "ticket_no": f"A-{number:03d}",
        "number": number,
    }
    return PatientRoutedV1(**(facts | changes))


def released(
    order_id: UUID, visit_id: UUID, version: int = 1, value: float = 8.1
) -> ResultReleasedV1:
    result = LabResult(loinc=HAEMOGLOBIN, value=value, ucum="g/dL", reference="12-16", flag="low")
    return ResultReleasedV1(
        order_id=order_id,
        visit_id=visit_id,
        origin_unit="anak",
        version=version,
        results=(result,),
        validated_by="Analis Budi",
        released_at=datetime.now(UTC) + timedelta(minutes=version),
    )


async def call(client: httpx.AsyncClient, unit: str = "anak") -> UUID:
    answer = await client.post("/api/worklist/call-next", json={"unit": unit})
    assert answer.status_code == 200, answer.text
    return UUID(answer.json()["visit_id"])


async def do(client: httpx.AsyncClient, visit_id: UUID, step: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/encounters/{visit_id}/{step}", json=body)


async def good(client: httpx.AsyncClient, visit_id: UUID, step: str, **body: Any) -> Any:
    answer = await do(client, visit_id, step, **body)
    assert answer.status_code == 200, (step, answer.text)
    return answer.json()


async def identify(client: httpx.AsyncClient, visit_id: UUID, name: str = NAME) -> Any:
    return await good(client, visit_id, "identity", full_name=name, birth_date=str(BORN))


async def assess(client: httpx.AsyncClient, visit_id: UUID) -> Any:
    measured = {WEIGHT: 8.4, LENGTH: 74.5, TEMPERATURE: 38.2}
    return await good(
        client, visit_id, "assessment", complaint="Demam 3 hari", observations=measured
    )


async def examined(rooms: Rooms, client: httpx.AsyncClient) -> UUID:
    """A called, identified and examined child."""
    await rooms.arrive()
    visit_id = await call(client)
    await identify(client, visit_id)
    await assess(client, visit_id)
    return visit_id


async def ordered(client: httpx.AsyncClient, visit_id: UUID) -> UUID:
    asked = await good(client, visit_id, "lab-requests", tests=[HAEMOGLOBIN])
    return UUID(asked["id"])


FINISH: dict[str, Any] = {
    "icd10": ["J06.9"],
    "care_categories": ["curative"],
    "disposition": "home",
}
PARACETAMOL: dict[str, Any] = {
    "drug_code": "paracetamol_120_syr",
    "dose": "5 mL",
    "frequency": "3 x sehari",
    "days": 3,
    "quantity": 1,
}
