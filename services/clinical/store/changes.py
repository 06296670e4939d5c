"""What the rooms themselves write, on a visit whose row the transaction has locked."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.work import Work

from ..models import (
    assessment,
    encounter,
    lab_request,
    lab_result,
    prescription,
    worklist_entry,
)

_ADD_ASSESSMENT = sa.insert(assessment).inline()
_ADD_LAB_REQUEST = sa.insert(lab_request).inline()
_ADD_PRESCRIPTION = sa.insert(prescription).inline()


async def set_entry(work: Work, visit_id: UUID, **values: Any) -> None:
    await work.execute(
        sa.update(worklist_entry)
        .where(
            worklist_entry.c.id == visit_id,
            worklist_entry.c.facility == work.facility.code,
        )
        .values(version=worklist_entry.c.version + 1, **values)
    )


async def open_encounter(work: Work, visit_id: UUID, patient_id: UUID, unit: str) -> UUID:
    """One encounter per visit and unit: a patient who comes back continues it."""
    insert = work.insert(encounter).values(
        id=work.new_id(), facility=work.facility.code, visit_id=visit_id, unit=unit,
        patient_id=patient_id, state="open", opened_at=work.at,
    )  # fmt: skip
    statement = insert.on_conflict_do_update(
        index_elements=[encounter.c.visit_id, encounter.c.unit],
        set_={"state": "open", "version": encounter.c.version + 1},
    ).returning(encounter.c.id)
    opened: UUID = await work.scalar(statement)
    return opened


async def add_assessment(work: Work, **values: Any) -> None:
    await _add(work, _ADD_ASSESSMENT, values)


async def add_lab_request(work: Work, **values: Any) -> None:
    await _add(work, _ADD_LAB_REQUEST, values)


async def add_prescription(work: Work, **values: Any) -> None:
    await _add(work, _ADD_PRESCRIPTION, values)


async def _add(work: Work, insert: sa.Insert, values: dict[str, Any]) -> None:
    await work.execute(insert, values | {"facility": work.facility.code})


async def mark_read(work: Work, order_id: UUID, version: int) -> None:
    """Note who read this version of the result, the first time only."""
    await work.execute(
        sa.update(lab_result)
        .where(lab_result.c.order_id == order_id, lab_result.c.version == version)
        .where(lab_result.c.facility == work.facility.code, lab_result.c.read_at.is_(None))
        .values(read_at=work.at, read_by=work.actor.staff_id)
    )
