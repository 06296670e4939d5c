"""Queries on patients: known by NIK, record number, card, or name and birth date."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared
from chassis.work import Row, Work

from ..models import patient

_ADD_PATIENT = Prepared(sa.insert(patient).inline())
_BY_NIK = Prepared(
    sa.select(patient).where(
        patient.c.nik == sa.bindparam("number"), patient.c.facility == sa.bindparam("facility")
    )
)
_PATIENT = Prepared(
    sa.select(patient).where(
        patient.c.id == sa.bindparam("patient"), patient.c.facility == sa.bindparam("facility")
    )
)


async def add_patient(work: Work, values: dict[str, Any]) -> None:
    """With the commit; a NIK registered a moment ago refuses it then (IntegrityError)."""
    await work.later(_ADD_PATIENT, **values)


async def patient_by_nik(work: Work, nik: str) -> Row | None:
    return await work.first(_BY_NIK, number=nik)


async def patient_by_id(work: Work, patient_id: UUID) -> Row:
    return await work.one(_PATIENT, MISSING, patient=patient_id)


async def patients_by_number(
    work: Work,
    *,
    nik: str | None = None,
    mrn: str | None = None,
    card: str | None = None,
    limit: int,
) -> Sequence[Row]:
    """The patients with all the given numbers: several where a card was typed for two."""
    given = ((patient.c.nik, nik), (patient.c.mrn, mrn), (patient.c.jkn_card, card))
    conditions = [column == value for column, value in given if value]
    if not conditions:
        return []
    return await work.all(_of_centre(work).where(*conditions).order_by(patient.c.mrn).limit(limit))


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
