"""Registration as a test sees it: its HTTP side, its inbox fed by hand, what waits to leave."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from chassis.auth import Identity
from chassis.outbox import waiting
from chassis.runtime import Service
from chassis.service import House
from chassis.tables import audit, parked
from chassis.work import Work
from contracts.catalog import EVENTS
from contracts.clinical import (
    EncounterCompletedV1,
    LabRequestedV1,
    PatientCalledV1,
    PrescriptionIssuedV1,
)
from contracts.envelope import Actor, Envelope, Event
from contracts.lab import OrderRejectedV1, ResultReleasedV1
from contracts.pharmacy import PrescriptionDispensedV1, PrescriptionRejectedV1
from contracts.values import LabPriority, LabResult, PatientFacts, PrescriptionItem, Sex
from services.registration.app import create_api, create_worker

E = TypeVar("E", bound=Event)
FACILITY = "dharma_rini"
BORN = date(2025, 9, 18)


@dataclass
class Desk:
    """What a test does at the desk, what other rooms say, and what registration publishes."""

    house: House
    sequences: dict[tuple[str, str], "count[int]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app: FastAPI = create_api(self.house)
        create_worker(self.house)
        self.service: Service = self.house.service("registration")

    def person(
        self,
        role: str = "clerk",
        facility: str = FACILITY,
        staff_id: str = "wati",
        unit: str = "*",
    ) -> httpx.AsyncClient:
        """A client signed in as somebody."""
        who = Identity(staff_id, staff_id, facility, frozenset({role}), frozenset({unit}))
        return self.client({"Authorization": f"Bearer {self.house.tokens.issue(who)}"})

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://desk", headers=headers
        )

    @asynccontextmanager
    async def work(
        self, facility: str = FACILITY, at: datetime | None = None
    ) -> AsyncIterator[Work]:
        """A unit of work at an instant of the test's choice."""
        profile = self.house.profiles[facility]
        async with self.service.database.writing() as connection:
            actor = Actor("wati", "clerk", "*")
            work = Work(self.service.database, connection, actor, profile, at or datetime.now(UTC))
            yield work
            await work.flush()

    async def receive(self, *events: Event, facility: str = FACILITY) -> list[bytes]:
        """Deliver events in one batch, as the bus would; returns the bodies for a second time."""
        bodies = [self.envelope(event, facility).model_dump_json().encode() for event in events]
        await self.service.require_inbox().receive(bodies)
        return bodies

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
            actor="sari;midwife;anak",
            privacy=event.privacy,
            data=event.model_dump(mode="json"),
        )

    async def published(self, kind: type[E]) -> list[E]:
        """The events of one type that wait to leave, in order."""
        messages = await waiting(self.service.database, 1000)
        envelopes = [Envelope.model_validate_json(message.body) for message in messages]
        found = [EVENTS[item.type].model_validate(item.data) for item in envelopes]
        return [event for event in found if isinstance(event, kind)]

    async def parked(self) -> list[Any]:
        return await self.rows(sa.select(parked).order_by(parked.c.position))

    async def audited(self, action: str) -> list[Any]:
        return await self.rows(sa.select(audit).where(audit.c.action == action))

    async def rows(self, statement: Any) -> list[Any]:
        async with self.service.database.reading() as connection:
            return list((await connection.execute(statement)).all())


def new_patient(**changes: Any) -> dict[str, Any]:
    """A girl of 14 months, as the desk enters her."""
    facts: dict[str, Any] = {
        "full_name": "Aisyah Nuraini",
        "birth_date": BORN.isoformat(),
        "sex": "F",
        "nik": "3323015809250001",
    }
    return facts | changes


async def good(answer: httpx.Response) -> Any:
    assert answer.status_code < 400, answer.text
    return answer.json()


async def register(client: httpx.AsyncClient, **changes: Any) -> Any:
    return await good(await client.post("/api/patients", json=new_patient(**changes)))


async def open_visit(client: httpx.AsyncClient, patient_id: str, **changes: Any) -> Any:
    body = {"patient_id": patient_id, "documents": ["kk", "buku_kia"]} | changes
    return await good(await client.post("/api/visits", json=body))


async def visit_of(client: httpx.AsyncClient, **changes: Any) -> Any:
    """A new patient's open visit in the child unit."""
    patient = await register(client, **changes)
    return await open_visit(client, patient["id"])


def called(visit: Any, unit: str = "anak", attempt: int = 1) -> PatientCalledV1:
    return PatientCalledV1(
        visit_id=visit["id"], unit=unit, room="Ruang Pemeriksaan Anak", attempt=attempt
    )


def lab_requested(visit: Any, order_id: UUID, origin: str = "anak") -> LabRequestedV1:
    return LabRequestedV1(
        order_id=order_id,
        visit_id=visit["id"],
        patient_id=visit["patient_id"],
        origin_unit=origin,
        tests=(),
        priority=LabPriority.ROUTINE,
        requested_at=datetime.now(UTC),
    )


def released(
    visit: Any, order_id: UUID, version: int = 1, origin: str = "anak"
) -> ResultReleasedV1:
    result = LabResult(loinc="718-7", value=11.8, ucum="g/dL", flag="normal")
    return ResultReleasedV1(
        order_id=order_id,
        visit_id=visit["id"],
        origin_unit=origin,
        version=version,
        results=(result,),
        validated_by="ana",
        released_at=datetime.now(UTC),
    )


def order_rejected(visit: Any, order_id: UUID) -> OrderRejectedV1:
    return OrderRejectedV1(
        order_id=order_id, visit_id=visit["id"], origin_unit="anak", reason="permintaan ganda"
    )


def prescribed(visit: Any, rx_id: UUID) -> PrescriptionIssuedV1:
    item = PrescriptionItem(
        drug_code="paracetamol_syr",
        form="syrup",
        strength="120 mg/5 mL",
        dose="5 mL",
        frequency="3x",
        route="oral",
        days=3,
        quantity=1,
        unit="bottle",
    )
    return PrescriptionIssuedV1(
        rx_id=rx_id,
        visit_id=visit["id"],
        patient_id=visit["patient_id"],
        origin_unit="anak",
        prescriber_id="sari",
        prescriber_name="Bd. Sari",
        issued_at=datetime.now(UTC),
        patient=PatientFacts(age_days=430, sex=Sex.FEMALE),
        items=(item,),
    )


def dispensed(visit: Any, rx_id: UUID) -> PrescriptionDispensedV1:
    return PrescriptionDispensedV1(
        rx_id=rx_id, visit_id=visit["id"], version=1, items=(), dispensed_at=datetime.now(UTC)
    )


def rx_rejected(visit: Any, rx_id: UUID) -> PrescriptionRejectedV1:
    return PrescriptionRejectedV1(
        rx_id=rx_id, visit_id=visit["id"], version=1, reason="alergi tercatat"
    )


def completed(visit: Any) -> EncounterCompletedV1:
    return EncounterCompletedV1(
        visit_id=visit["id"],
        encounter_id=uuid4(),
        unit="anak",
        icd10=("D50.9",),
        care_categories=("curative",),
        disposition="home",
    )
