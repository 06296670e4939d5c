"""What other services' facts change: each a single statement where nothing contradicts it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared, among, given, once, upsert
from chassis.work import Row, Work

from ..domain import requests, rights
from ..models import (
    encounter,
    lab_request,
    lab_result,
    patient,
    prescription,
    unit_notice,
    worklist_entry,
)

_ADD_PATIENTS = once(patient, "id")
_PUT_PATIENT = upsert(patient, "id", "mrn", "full_name", "birth_date", "sex", "village_code")


async def add_patients(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Patients who are known already stay as they are."""
    await work.run_many(_ADD_PATIENTS, rows)


async def put_patient(work: Work, row: Mapping[str, Any]) -> None:
    await work.run_many(_PUT_PATIENT, [row])


async def open_entries_of(work: Work, patient_id: UUID) -> Sequence[Row]:
    """Where a patient stands on a list."""
    entry = worklist_entry.c
    return await work.all(
        sa.select(entry.id, entry.unit).where(
            entry.facility == work.facility.code,
            entry.patient_id == patient_id,
            among(entry.state, rights.OPEN_STATES),
        )
    )


#: What stays when a patient is routed on.
_KEPT = frozenset({"id", "facility", "patient_id", "first_routed_at", "version"})


@Prepared
def _place_upsert(insert: Any) -> Any:
    placed, entry = insert(worklist_entry), worklist_entry.c
    moved = {c.name: placed.excluded[c.name] for c in entry if c.name not in _KEPT}
    is_open = among(entry.state, rights.OPEN_STATES)
    moved["state"] = sa.case((is_open, placed.excluded.state), else_=entry.state)
    return placed.on_conflict_do_update(
        index_elements=[entry.id],
        set_=moved | {"version": entry.version + 1},
        where=entry.route_seq < placed.excluded.route_seq,
    )


async def place_upsert(work: Work, **values: Any) -> bool:
    """True where this route is the newest; it does not reopen a visit that is over."""
    return (await work.run(_place_upsert, **values)).rowcount == 1


@Prepared
def _close_visit(insert: Any) -> Any:
    closed, entry = insert(worklist_entry), worklist_entry.c
    return closed.on_conflict_do_update(
        index_elements=[entry.id],
        set_={"state": closed.excluded.state, "version": entry.version + 1},
        where=entry.facility == closed.excluded.facility,
    ).returning(entry.unit)


async def close_visit(work: Work, visit_id: UUID, patient_id: UUID, state: str) -> str:
    """The unit the patient was in last; empty where no route of this visit has come yet.

    Such a visit is written down as over, so that a late route finds it closed.
    """
    unit: str = await work.scalar(
        _close_visit,
        id=visit_id,
        patient_id=patient_id,
        unit="",
        state=state,
        route_seq=0,
        reason="",
        priority_class="",
        rank=0,
        number=0,
        ticket_no="",
        attempt=0,
        missed=0,
        first_routed_at=work.at,
        routed_at=work.at,
        called_at=None,
        version=1,
    )
    return unit


def _mine(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.id == sa.bindparam("request"), table.c.facility == sa.bindparam("facility")
    )


@cache
def _advance(table: sa.Table, before: frozenset[str], names: tuple[str, ...]) -> Prepared:
    return Prepared(
        sa.update(table)
        .where(_mine(table), among(table.c.state, before))
        .values(version=table.c.version + 1, **given(table, names))
    )


@cache
def _state_of(table: sa.Table) -> Prepared:
    return Prepared(sa.select(table.c.state).where(_mine(table)))


async def advance(
    work: Work,
    table: sa.Table,
    path: requests.Path,
    request_id: UUID,
    fact: str,
    **values: Any,
) -> bool:
    """Move a request on to `fact`; False where it is already further.

    A request that is not known, or whose state contradicts the fact, raises.
    """
    changes = {"state": fact, "state_at": work.at, **values}
    update = _advance(table, frozenset(path.before(fact)), tuple(changes))
    if (await work.run(update, request=request_id, **changes)).rowcount == 1:
        return True
    row = await work.one(_state_of(table), "Permintaan ini tidak dikenal", request=request_id)
    path.follow(row.state, fact)
    return False


def _locked(table: sa.Table) -> Prepared:
    return Prepared(
        sa.select(
            table,
            worklist_entry.c.state.label("visit_state"),
            encounter.c.state.label("encounter_state"),
        )
        .outerjoin(worklist_entry, worklist_entry.c.id == table.c.visit_id)
        .outerjoin(encounter, encounter.c.id == table.c.encounter_id)
        .where(_mine(table))
        .with_for_update(of=table)
    )


_LOCKED_REQUEST, _LOCKED_PRESCRIPTION = _locked(lab_request), _locked(prescription)


_NOTE_RECOLLECTION = Prepared(
    sa.update(lab_request)
    .where(
        _mine(lab_request),
        lab_request.c.recollect.is_distinct_from(sa.bindparam("why", type_=sa.String)),
    )
    .values(recollect=sa.bindparam("why"), version=lab_request.c.version + 1)
)


async def note_recollection(work: Work, order_id: UUID, reason: str | None) -> bool:
    """Why a specimen must be taken again, None once it was; True where that is news."""
    return (await work.run(_NOTE_RECOLLECTION, request=order_id, why=reason)).rowcount == 1


async def locked_request(work: Work, order_id: UUID) -> Row:
    """The lab request, locked, with `visit_state` and the `encounter_state` of who asked."""
    return await work.one(_LOCKED_REQUEST, "Permintaan ini tidak dikenal", request=order_id)


async def locked_prescription(work: Work, rx_id: UUID) -> Row:
    """As `locked_request`."""
    return await work.one(_LOCKED_PRESCRIPTION, "Permintaan ini tidak dikenal", request=rx_id)


_ADD_RESULT = once(lab_result, "order_id", "version")


async def add_result(work: Work, **values: Any) -> None:
    await work.later(_ADD_RESULT, **values)


async def add_notice(work: Work, **values: Any) -> None:
    """A complaint that is assigned again names its unit anew."""
    insert = work.insert(unit_notice).values(**values)
    changed = {name: insert.excluded[name] for name in ("unit", "summary", "received_at")}
    await work.execute(
        insert.on_conflict_do_update(index_elements=[unit_notice.c.id], set_=changed)
    )


async def remove_notice(work: Work, complaint_id: UUID) -> str | None:
    """The unit whose notice it was."""
    mine = (unit_notice.c.id == complaint_id, unit_notice.c.facility == work.facility.code)
    ended = sa.delete(unit_notice).where(*mine).returning(unit_notice.c.unit)
    unit: str | None = await work.scalar(ended)
    return unit
