"""What the rooms themselves write, on a visit whose row the transaction has locked."""

from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared, given
from chassis.work import Work

from ..models import (
    assessment,
    encounter,
    lab_request,
    lab_result,
    prescription,
    worklist_entry,
)

_ADD_ASSESSMENT = Prepared(sa.insert(assessment).inline())
_ADD_LAB_REQUEST = Prepared(sa.insert(lab_request).inline())
_ADD_PRESCRIPTION = Prepared(sa.insert(prescription).inline())
_OPEN_ENCOUNTER = Prepared(
    lambda insert: (
        insert(encounter)
        .on_conflict_do_update(
            index_elements=[encounter.c.visit_id, encounter.c.unit],
            set_={
                "state": "open",
                "version": encounter.c.version + 1,
                # Whoever comes in now has not been asked yet who they are.
                **dict.fromkeys(("identity_match", "identity_at", "identity_by")),
            },
        )
        .returning(encounter.c.id)
    )
)
_MARK_READ = Prepared(
    sa.update(lab_result)
    .where(
        lab_result.c.order_id == sa.bindparam("order"),
        lab_result.c.version == sa.bindparam("read_version"),
        lab_result.c.facility == sa.bindparam("facility"),
        lab_result.c.read_at.is_(None),
    )
    .values(read_at=sa.bindparam("at", type_=lab_result.c.read_at.type), read_by=sa.bindparam("by"))
)


@cache
def _set_entry(names: tuple[str, ...]) -> Prepared:
    entry = worklist_entry.c
    return Prepared(
        sa.update(worklist_entry)
        .where(entry.id == sa.bindparam("visit_id"), entry.facility == sa.bindparam("facility"))
        .values(version=entry.version + 1, **given(worklist_entry, names))
    )


async def set_entry(work: Work, visit_id: UUID, **values: Any) -> None:
    await work.later(_set_entry(tuple(values)), visit_id=visit_id, **values)


async def open_encounter(work: Work, visit_id: UUID, patient_id: UUID, unit: str) -> UUID:
    """One encounter per visit and unit: a patient who comes back continues it, and is identified
    anew."""
    opened: UUID = await work.scalar(
        _OPEN_ENCOUNTER, id=work.new_id(), visit_id=visit_id, unit=unit, patient_id=patient_id,
        state="open", opened_at=work.at, allergies=[], icd10=[], care_categories=[],
    )  # fmt: skip
    return opened


async def add_assessment(work: Work, **values: Any) -> None:
    await work.later(_ADD_ASSESSMENT, **values)


async def add_lab_request(work: Work, **values: Any) -> None:
    await work.later(_ADD_LAB_REQUEST, **values)


async def add_prescription(work: Work, **values: Any) -> None:
    await work.later(_ADD_PRESCRIPTION, **values)


async def mark_read(work: Work, order_id: UUID, version: int) -> None:
    """Note who read this version of the result, the first time only."""
    await work.later(
        _MARK_READ, order=order_id, read_version=version, at=work.at, by=work.actor.staff_id
    )
