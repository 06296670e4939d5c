"""Patients: register once, find again, correct."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis.work import Row, Work
from contracts.registration import PatientRegisteredV1, PatientUpdatedV1
from contracts.values import Sex

from .. import models
from ..domain import patients, tickets
from ..store import patients as store
from ..store.tickets import next_record_number
from ..store.visits import open_visit_of


async def register_patient(work: Work, new: patients.Facts) -> dict[str, Any]:
    """The patient with a new record number, or the one who has this NIK already.

    Two desks may register one NIK at the same moment: the database lets one of them in, the
    other is tried again, finds the same patient, and the event goes out once.
    """
    new.check(tickets.local_date(work.facility, work.at))
    known = await store.patient_by_nik(work, new.nik) if new.nik else None
    if known is not None:
        work.audit("patient.read", known.id, detail="nik")
        facts = dict(known._mapping)
        return facts | {"existing": True, "differing": new.differing(facts)}
    mrn = patients.record_no(await next_record_number(work))
    row = new.columns() | {
        "id": work.new_id(),
        "facility": work.facility.code,
        "version": 1,
        "mrn": mrn,
        "registered_at": work.at,
    }
    await store.add_patient(work, row)
    work.publish(PatientRegisteredV1(**_told(row)))
    work.audit("patient.register", row["id"])
    return {**row, "existing": False}


async def correct_patient(work: Work, patient_id: UUID, facts: patients.Facts) -> dict[str, Any]:
    """Put right what is known of a patient; the rooms hear all of it as it is now."""
    facts.check(tickets.local_date(work.facility, work.at))
    row = await store.patient_by_id(work, patient_id)
    now = row._mapping
    changes = {name: value for name, value in facts.columns().items() if now[name] != value}
    work.check_version(row)
    if not changes:
        return dict(now)
    await _refuse_taken(work, patient_id, changes.get("nik"))
    version = await work.save(models.patient, row, **changes)
    corrected = {**now, **changes, "version": version}
    work.publish(PatientUpdatedV1(**_told(corrected)))
    work.audit("patient.correct", patient_id, detail=", ".join(sorted(changes)))
    visit = await open_visit_of(work, patient_id)
    work.changed(*([f"visit:{visit.id}"] if visit else []))
    return corrected


async def _refuse_taken(work: Work, patient_id: UUID, nik: str | None) -> None:
    other = await store.patient_by_nik(work, nik) if nik else None
    if other is not None and other.id != patient_id:
        raise patients.NikTaken(
            "NIK ini sudah tercatat pada pasien RM %(mrn)s. "
            "Periksa angkanya, atau layani pasien itu",
            field="nik",
            mrn=other.mrn,
        )


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the rooms hear of a patient."""
    names = ("mrn", "full_name", "birth_date", "nik", "nik_absent_reason", "village_code")
    return {"patient_id": row["id"], "sex": Sex(row["sex"]), **{name: row[name] for name in names}}


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
        found = await store.patients_by_number(work, nik=nik, mrn=mrn, card=jkn_card, limit=20)
    elif name and birth_date:
        found = await store.patients_by_name(work, patients.name_key(name), birth_date, limit=20)
    else:
        raise patients.TooLittle(
            "Cari dengan NIK, nomor rekam medis, nomor kartu, atau nama dan tanggal lahir",
            field="birth_date" if name else "nik",
        )
    for row in found:
        work.audit("patient.read", row.id, detail="search")
    return found


async def sharing_card(work: Work, row: Row) -> Sequence[Row]:
    """Other patients with the card of this one: one of them is wrong, which only warns."""
    if not row.jkn_card:
        return []
    found = await store.patients_by_number(work, card=row.jkn_card, limit=3)
    return [other for other in found if other.id != row.id]


async def get_patient(work: Work, patient_id: UUID) -> Row:
    row = await store.patient_by_id(work, patient_id)
    work.audit("patient.read", row.id)
    return row
