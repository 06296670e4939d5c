"""Queries on patients: known by NIK, record number, card, or name and birth date."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import once
from chassis.work import Row, Work

from ..models import patient


@once
def _add_patient(work: Work) -> Any:
    insert = work.insert(patient)
    nik = [patient.c.facility, patient.c.nik]
    return insert.on_conflict_do_nothing(index_elements=nik).returning(*patient.c)


async def add_patient(work: Work, values: dict[str, Any]) -> Row | None:
    """The new row, or None where the NIK is registered already (perhaps a moment ago)."""
    return (await work.execute(_add_patient(work), values)).first()


async def patient_by_id(work: Work, patient_id: UUID) -> Row:
    return await work.one(_of_centre(work).where(patient.c.id == patient_id), MISSING)


async def patient_by_number(
    work: Work, nik: str | None = None, mrn: str | None = None, card: str | None = None
) -> Row | None:
    """The one patient with all the given numbers."""
    given = ((patient.c.nik, nik), (patient.c.mrn, mrn), (patient.c.jkn_card, card))
    conditions = [column == value for column, value in given if value]
    if not conditions:
        return None
    return await work.first(_of_centre(work).where(*conditions).limit(1))


async def patients_by_name(
    work: Work, name_key: str, birth_date: date, limit: int
) -> Sequence[Row]:
    """Patients born on a day whose name begins with `name_key`."""
    statement = (
        _of_centre(work)
        .where(
            patient.c.birth_date == birth_date,
            patient.c.name_key.startswith(name_key, autoescape=True),
        )
        .order_by(patient.c.name_key)
        .limit(limit)
    )
    return await work.all(statement)


def _of_centre(work: Work) -> sa.Select[Any]:
    return sa.select(patient).where(patient.c.facility == work.facility.code)


MISSING = "Pasien tidak ditemukan"
