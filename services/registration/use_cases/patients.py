"""Patients: register once, find again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import Row, Work
from contracts.registration import PatientRegisteredV1
from contracts.values import Sex

from ..domain import patients, tickets
from ..store import patients as store
from ..store.tickets import next_record_number


async def register_patient(work: Work, new: patients.NewPatient) -> dict[str, Any]:
    """The patient with a new record number, or the one who has this NIK already.

    Two desks may register one NIK at the same moment: the database lets one of them in, the
    other is tried again, finds the same patient, and the event goes out once.
    """
    new.check(tickets.local_date(work.facility, work.at))
    known = await store.patient_by_nik(work, new.nik) if new.nik else None
    if known is not None:
        work.audit("patient.read", known.id, detail="nik")
        return {**known._mapping, "existing": True}
    mrn = patients.record_no(await next_record_number(work))
    facts = asdict(new) | {"full_name": " ".join(new.full_name.split()), "sex": new.sex.value}
    row = facts | {
        "id": work.new_id(),
        "facility": work.facility.code,
        "version": 1,
        "mrn": mrn,
        "name_key": patients.name_key(new.full_name),
        "registered_at": work.at,
    }
    await store.add_patient(work, row)
    work.publish(_registered(row))
    work.audit("patient.register", row["id"])
    return {**row, "existing": False}


def _registered(row: Mapping[str, Any]) -> PatientRegisteredV1:
    return PatientRegisteredV1(
        patient_id=row["id"],
        mrn=row["mrn"],
        full_name=row["full_name"],
        birth_date=row["birth_date"],
        sex=Sex(row["sex"]),
        nik=row["nik"],
        nik_absent_reason=row["nik_absent_reason"],
        village_code=row["village_code"],
    )


async def search_patients(
    work: Work,
    *,
    nik: str | None = None,
    mrn: str | None = None,
    jkn_card: str | None = None,
    name: str | None = None,
    birth_date: date | None = None,
) -> Sequence[Row]:
    """Patients found by a number, or by name (its beginning) together with the birth date."""
    if nik or mrn or jkn_card:
        row = await store.patient_by_number(work, nik=nik, mrn=mrn, card=jkn_card)
        found: Sequence[Row] = [row] if row else []
    elif name and birth_date:
        found = await store.patients_by_name(work, patients.name_key(name), birth_date, limit=20)
    else:
        raise Invalid(
            "Cari dengan NIK, nomor rekam medis, nomor kartu, atau nama dan tanggal lahir",
            field="birth_date" if name else "nik",
        )
    for row in found:
        work.audit("patient.read", row.id, detail="search")
    return found


async def get_patient(work: Work, patient_id: UUID) -> Row:
    row = await store.patient_by_id(work, patient_id)
    work.audit("patient.read", row.id)
    return row
