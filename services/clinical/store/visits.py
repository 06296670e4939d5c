"""Queries of worklists and visits: the hot ones, each a single index range."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.errors import NotFound
from chassis.prepared import Prepared
from chassis.work import Row, Work

from ..domain.stay import Encounter, Entry, Patient, Stay
from ..models import encounter, patient, worklist_entry


def _columns(table: sa.Table, shape: Any, **renamed: str) -> list[sa.Column[Any]]:
    return [table.c[renamed.get(field.name, field.name)] for field in fields(shape)]


_ENTRY = _columns(worklist_entry, Entry)
_PATIENT = _columns(patient, Patient, patient_id="id")
_ENCOUNTER = _columns(encounter, Encounter)
_CALLING_ORDER = (
    worklist_entry.c.rank,
    worklist_entry.c.number,
    worklist_entry.c.routed_at,
    worklist_entry.c.id,
)

# Statements of the hot ways are built once; only their parameters change.
_HERE = worklist_entry.c.facility == sa.bindparam("facility")
_VISIT = (
    sa.select(
        *(column.label(f"entry_{column.name}") for column in _ENTRY),
        *(column.label(f"patient_{column.name}") for column in _PATIENT),
        *(column.label(f"encounter_{column.name}") for column in _ENCOUNTER),
    )
    .select_from(worklist_entry)
    .outerjoin(patient, patient.c.id == worklist_entry.c.patient_id)
    .outerjoin(encounter, encounter.c.visit_id == worklist_entry.c.id)
    .where(worklist_entry.c.id == sa.bindparam("visit_id"), _HERE)
    .order_by(encounter.c.opened_at)
)
_LOAD_VISIT = Prepared(_VISIT)
_LOCK_VISIT = Prepared(_VISIT.with_for_update(of=worklist_entry))
_NEXT = Prepared(
    sa.select(*_ENTRY)
    .where(_HERE, worklist_entry.c.unit == sa.bindparam("unit"))
    .where(worklist_entry.c.state == "waiting")
    .order_by(*_CALLING_ORDER)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_LIST = (
    sa.select(*_ENTRY, *(column for column in _PATIENT if column.name != "id"))
    .select_from(worklist_entry)
    .outerjoin(patient, patient.c.id == worklist_entry.c.patient_id)
    .where(_HERE, worklist_entry.c.unit == sa.bindparam("unit"))
    .order_by(*_CALLING_ORDER)
    .limit(sa.bindparam("first", type_=sa.Integer))
)
#: One state keeps the order of the index; several are few rows, sorted.
_LIST_OF_STATE = Prepared(_LIST.where(worklist_entry.c.state == sa.bindparam("state")))
_LIST_OF_STATES = _LIST.where(worklist_entry.c.state.in_(sa.bindparam("states", expanding=True)))


async def lock_visit(work: Work, visit_id: UUID) -> Stay:
    """The visit, its row locked until the commit: commands on one visit follow each other."""
    return await _visit(work, visit_id, _LOCK_VISIT)


async def load_visit(work: Work, visit_id: UUID) -> Stay:
    return await _visit(work, visit_id, _LOAD_VISIT)


async def _visit(work: Work, visit_id: UUID, statement: Prepared) -> Stay:
    rows = await work.all(statement, visit_id=visit_id)
    if not rows:
        raise NotFound("Kunjungan tidak ditemukan di puskesmas ini")
    return _stay(rows)


def _stay(rows: Sequence[Row]) -> Stay:
    first, middle = len(_ENTRY), len(_ENTRY) + len(_PATIENT)
    head = tuple(rows[0])
    known = head[first] is not None
    return Stay(
        Entry(*head[:first]),
        Patient(*head[first:middle]) if known else None,
        tuple(Encounter(*tuple(row)[middle:]) for row in rows if row[middle] is not None),
    )


async def lock_next(work: Work, unit: str) -> Row | None:
    """First in the calling order; a row another room is calling right now is passed over."""
    return await work.first(_NEXT, unit=unit)


async def waiting_list(work: Work, unit: str, states: Sequence[str], limit: int) -> Sequence[Row]:
    """`limit` entries in calling order with their patient's identifiers."""
    if len(states) == 1:
        return await work.all(_LIST_OF_STATE, unit=unit, state=states[0], first=limit)
    of_unit = {"facility": work.facility.code, "unit": unit, "first": limit}
    return await work.all(_LIST_OF_STATES, **of_unit, states=list(states))


async def unit_counts(work: Work, units: Sequence[str]) -> Sequence[Row]:
    """(unit, state, entries, oldest wait) of the entries in these units that are not over."""
    entry = worklist_entry.c
    return await work.all(
        sa.select(
            entry.unit, entry.state, sa.func.count().label("entries"),
            sa.func.min(entry.routed_at).label("oldest"),
        )
        .where(entry.facility == work.facility.code, entry.unit.in_(units))
        .where(entry.state.in_(("waiting", "called", "in_service", "absent")))
        .group_by(entry.unit, entry.state)
    )  # fmt: skip
