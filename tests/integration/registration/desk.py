"""Registration alone: what the desk does, and what the other rooms say of a visit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from chassis.work import Work
from contracts.clinical import (
    EncounterCompletedV1,
    LabRequestCancelledV1,
    LabRequestedV1,
    PatientCalledV1,
    PrescriptionCancelledV1,
    PrescriptionIssuedV1,
)
from contracts.envelope import Actor
from contracts.lab import OrderRejectedV1, ResultReleasedV1
from contracts.pharmacy import PrescriptionDispensedV1, PrescriptionRejectedV1
from tests.kit import samples
from tests.kit.rooms import BareRoom, good
from tests.kit.samples import NAME

#: Also in the NIK of the patient: day (40 more for a girl), month and year.
BORN = date(2025, 9, 18)


class Desk(BareRoom):
    """The registration desk of one test."""

    name, role = "registration", "clerk"

    @asynccontextmanager
    async def work(
        self, facility: str = BareRoom.facility, at: datetime | None = None
    ) -> AsyncIterator[Work]:
        """A unit of work at an instant of the test's choice."""
        profile = self.house.profiles[facility]
        async with self.database.writing() as connection:
            actor = Actor("wati", "clerk", "*")
            work = Work(self.database, connection, actor, profile, at or datetime.now(UTC))
            yield work
            await work.flush()


def new_patient(**changes: Any) -> dict[str, Any]:
    """A girl of 14 months, as the desk enters her."""
    facts: dict[str, Any] = {
        "full_name": NAME,
        "birth_date": BORN.isoformat(),
        "sex": "F",
        "nik": "3323015809250001",
    }
    return facts | changes


async def register(client: httpx.AsyncClient, **changes: Any) -> Any:
    return good(await client.post("/api/patients", json=new_patient(**changes)))


async def open_visit(client: httpx.AsyncClient, patient_id: str, **changes: Any) -> Any:
    body = {"patient_id": patient_id, "documents": ["kk", "buku_kia"]} | changes
    return good(await client.post("/api/visits", json=body))


async def visit_of(client: httpx.AsyncClient, **changes: Any) -> Any:
    """A new patient's open visit in the child unit."""
    patient = await register(client, **changes)
    return await open_visit(client, patient["id"])


def called(visit: Any, unit: str = "anak", attempt: int = 1) -> PatientCalledV1:
    return PatientCalledV1(
        visit_id=visit["id"], unit=unit, room="Ruang Pemeriksaan Anak", attempt=attempt
    )


def of(visit: Any) -> dict[str, Any]:
    return {"visit_id": visit["id"], "patient_id": visit["patient_id"]}


def lab_requested(visit: Any, order_id: UUID, origin: str = "anak") -> LabRequestedV1:
    return samples.lab_requested(order_id=order_id, origin_unit=origin, **of(visit))


def released(
    visit: Any, order_id: UUID, version: int = 1, origin: str = "anak"
) -> ResultReleasedV1:
    return samples.released(order_id, visit["id"], version, origin_unit=origin)


def order_rejected(visit: Any, order_id: UUID) -> OrderRejectedV1:
    return OrderRejectedV1(
        order_id=order_id, visit_id=visit["id"], origin_unit="anak", reason="permintaan ganda"
    )


def prescribed(visit: Any, rx_id: UUID) -> PrescriptionIssuedV1:
    return samples.prescribed(rx_id=rx_id, **of(visit))


def dispensed(visit: Any, rx_id: UUID) -> PrescriptionDispensedV1:
    return PrescriptionDispensedV1(
        rx_id=rx_id, visit_id=visit["id"], version=1, items=(), dispensed_at=datetime.now(UTC)
    )


def rx_rejected(visit: Any, rx_id: UUID) -> PrescriptionRejectedV1:
    return PrescriptionRejectedV1(
        rx_id=rx_id, visit_id=visit["id"], version=1, reason="alergi tercatat"
    )


def order_cancelled(visit: Any, order_id: UUID) -> LabRequestCancelledV1:
    return LabRequestCancelledV1(
        order_id=order_id, visit_id=visit["id"], origin_unit="anak", reason="sudah ada hasilnya"
    )


def rx_cancelled(visit: Any, rx_id: UUID) -> PrescriptionCancelledV1:
    return PrescriptionCancelledV1(
        rx_id=rx_id, visit_id=visit["id"], origin_unit="anak", reason="tidak perlu"
    )


def completed(visit: Any, *prescriptions: UUID) -> EncounterCompletedV1:
    return EncounterCompletedV1(
        visit_id=visit["id"],
        encounter_id=uuid4(),
        unit="anak",
        icd10=("D50.9",),
        care_categories=("curative",),
        disposition="home",
        prescriptions=prescriptions,
    )
