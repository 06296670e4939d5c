"""Queries on prescriptions and the patients they are for."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared, counting, once, upsert
from chassis.work import Row, Work
from contracts.clinical import PrescriptionIssuedV1
from contracts.registration import PatientEvent, PatientRegisteredV1, PatientUpdatedV1
from contracts.values import PrescriptionItem

from .. import domain
from ..models import day_number, is_open, patient, prescription

_SELECT = sa.select(
    prescription, patient.c.full_name, patient.c.birth_date, patient.c.mrn
).outerjoin(patient, patient.c.id == prescription.c.patient_id)
_BY_ID = Prepared(
    _SELECT.where(
        prescription.c.id == sa.bindparam("rx_id"),
        prescription.c.facility == sa.bindparam("facility"),
    )
)
_FIELDS = frozenset(field.name for field in fields(domain.Prescription))


_ADD_PATIENTS = once(patient, "id")
_PUT_PATIENT = upsert(patient, "id", "facility", "mrn", "full_name", "birth_date", "sex")


async def add_patients(work: Work, events: Sequence[PatientRegisteredV1]) -> None:
    """In id order, so that two batches do not lock each other."""
    rows = {
        event.patient_id: _patient_row(event, facility)
        for facility, event in zip(work.facilities, events, strict=True)
    }
    await work.run_many(_ADD_PATIENTS, [rows[key] for key in sorted(rows)])


async def put_patient(work: Work, event: PatientUpdatedV1) -> None:
    await work.run_many(_PUT_PATIENT, [_patient_row(event, work.facility.code)])


def _patient_row(event: PatientEvent, facility: str) -> dict[str, Any]:
    return {
        "id": event.patient_id,
        "facility": facility,
        "mrn": event.mrn,
        "full_name": event.full_name,
        "birth_date": event.birth_date,
        "sex": event.sex,
    }


_NEXT_NUMBER = counting(day_number, "facility", "service_date")


async def next_number(work: Work, day: date) -> int:
    return int(await work.scalar(_NEXT_NUMBER, service_date=day, last=1))


def content(event: PrescriptionIssuedV1) -> dict[str, Any]:
    """The columns that a version of the prescription brings."""
    return {
        "rx_version": event.version,
        "state": "received",
        "visit_id": event.visit_id,
        "patient_id": event.patient_id,
        "origin_unit": event.origin_unit,
        "prescriber_id": event.prescriber_id,
        "prescriber_name": event.prescriber_name,
        "issued_at": event.issued_at,
        "age_days": event.patient.age_days,
        "sex": event.patient.sex,
        "weight_kg": event.patient.weight_kg,
        "allergies": list(event.allergies),
        "items": [item.model_dump() for item in event.items],
    }


_INSERT_PRESCRIPTION = once(prescription, "id")


async def insert_prescription(
    work: Work, event: PrescriptionIssuedV1, day: date, number: int
) -> bool:
    """False where the prescription is known already; then nothing is written."""
    inserted = await work.run(
        _INSERT_PRESCRIPTION,
        id=event.rx_id,
        version=1,
        service_date=day,
        number=number,
        received_at=work.at,
        **content(event),
    )
    return inserted.rowcount == 1


async def prescription_of(work: Work, rx_id: UUID) -> domain.Prescription:
    """The prescription may still be on its way here, so the sentence says to try again."""
    return _prescription(
        await work.one(
            _BY_ID,
            "Resep ini belum ada di farmasi. Jika baru dikirim, coba lagi sebentar; jika tetap "
            "tidak ada, periksa nomornya",
            rx_id=rx_id,
        )
    )


async def known_prescription(work: Work, rx_id: UUID) -> domain.Prescription | None:
    row = await work.first(_BY_ID, rx_id=rx_id)
    return _prescription(row) if row else None


async def list_prescriptions(
    work: Work, state: str | None, limit: int, after: domain.Prescription | None = None
) -> list[domain.Prescription]:
    """Oldest first; without a state, all that still wait for a step.

    `after`: the last prescription of the page before.
    """
    wanted = is_open if state is None else prescription.c.state == state
    inorder = (prescription.c.received_at, prescription.c.id)
    page = _SELECT.where(prescription.c.facility == work.facility.code, wanted)
    if after is not None:
        page = page.where(sa.tuple_(*inorder) > sa.tuple_(after.received_at, after.id))
    rows = await work.all(page.order_by(*inorder).limit(limit))
    return [_prescription(row) for row in rows]


async def cancel_prescriptions(work: Work, visit_id: UUID, reason: str) -> Sequence[UUID]:
    """End what is open for a visit; returns the prescriptions that ended."""
    ending = (
        sa.update(prescription)
        .where(
            prescription.c.facility == work.facility.code,
            is_open,
            prescription.c.visit_id == visit_id,
        )
        .values(
            state="cancelled",
            closed_at=work.at,
            prepared_at=None,
            reject_reason=reason,
            version=prescription.c.version + 1,
        )
    )
    return [row.id for row in await work.all(ending.returning(prescription.c.id))]


async def open_prescriptions_of(work: Work, patient_id: UUID) -> Sequence[UUID]:
    rows = await work.all(
        sa.select(prescription.c.id).where(
            prescription.c.facility == work.facility.code,
            is_open,
            prescription.c.patient_id == patient_id,
        )
    )
    return [row.id for row in rows]


async def open_counts(work: Work) -> dict[str, int]:
    rows = await work.all(
        sa.select(prescription.c.state, sa.func.count().label("total"))
        .where(prescription.c.facility == work.facility.code, is_open)
        .group_by(prescription.c.state)
    )
    return {row.state: row.total for row in rows}


async def oldest_open(work: Work) -> datetime | None:
    found: datetime | None = await work.scalar(
        sa.select(sa.func.min(prescription.c.received_at)).where(
            prescription.c.facility == work.facility.code, is_open
        )
    )
    return found


def _prescription(row: Row) -> domain.Prescription:
    values = {name: value for name, value in row._mapping.items() if name in _FIELDS}
    values["allergies"] = tuple(values["allergies"])
    values["items"] = tuple(PrescriptionItem.model_construct(**item) for item in values["items"])
    return domain.Prescription(**values)
