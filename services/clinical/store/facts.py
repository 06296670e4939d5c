"""What other services' facts change: each a single statement where nothing contradicts it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import once
from chassis.work import Row, Work

from ..domain import requests, rights
from ..models import (
    encounter,
    lab_request,
    lab_result,
    patient,
    unit_notice,
    worklist_entry,
)


async def patients_upsert(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    await work.execute(_patients_upsert(work), rows)


@once
def _patients_upsert(work: Work) -> Any:
    insert = work.insert(patient)
    facts = ("mrn", "full_name", "birth_date", "sex", "village_code")
    return insert.on_conflict_do_update(
        index_elements=[patient.c.id],
        set_={name: insert.excluded[name] for name in facts} | {"version": patient.c.version + 1},
    )


async def place_upsert(work: Work, **values: Any) -> bool:
    """True where this route is the newest of an open visit; a late one changes nothing."""
    insert = work.insert(worklist_entry).values(**values)
    kept = {"id", "facility", "patient_id", "first_routed_at", "version"}
    moved = {name: insert.excluded[name] for name in values if name not in kept}
    statement = insert.on_conflict_do_update(
        index_elements=[worklist_entry.c.id],
        set_=moved | {"version": worklist_entry.c.version + 1},
        where=sa.and_(
            worklist_entry.c.route_seq < insert.excluded.route_seq,
            worklist_entry.c.state.in_(sorted(rights.OPEN_STATES)),
        ),
    )
    return (await work.execute(statement)).rowcount == 1


async def close_visit(work: Work, visit_id: UUID, state: str) -> str | None:
    """The unit the patient was in last; None for a visit that never came to a room."""
    entry = worklist_entry.c
    unit: str | None = await work.scalar(
        sa.update(worklist_entry)
        .where(entry.id == visit_id, entry.facility == work.facility.code)
        .values(state=state, version=entry.version + 1)
        .returning(entry.unit)
    )
    return unit


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
    mine = sa.and_(table.c.id == request_id, table.c.facility == work.facility.code)
    statement = (
        sa.update(table)
        .where(mine, table.c.state.in_(sorted(path.before(fact))))
        .values(state=fact, state_at=work.at, version=table.c.version + 1, **values)
    )
    if (await work.execute(statement)).rowcount == 1:
        return True
    row = await work.one(sa.select(table.c.state).where(mine), "Permintaan ini tidak dikenal")
    path.follow(row.state, fact)
    return False


async def note_recollection(work: Work, order_id: UUID, reason: str | None) -> bool:
    """Why a specimen must be taken again, None once it was; True where that is news."""
    statement = (
        sa.update(lab_request)
        .where(
            lab_request.c.id == order_id,
            lab_request.c.facility == work.facility.code,
            lab_request.c.recollect.is_distinct_from(reason),
        )
        .values(recollect=reason, version=lab_request.c.version + 1)
    )
    return (await work.execute(statement)).rowcount == 1


async def locked_request(work: Work, order_id: UUID) -> Row:
    """The lab request, locked, with `visit_state` and the `encounter_state` of who asked."""
    statement = (
        sa.select(
            lab_request,
            worklist_entry.c.state.label("visit_state"),
            encounter.c.state.label("encounter_state"),
        )
        .outerjoin(worklist_entry, worklist_entry.c.id == lab_request.c.visit_id)
        .outerjoin(encounter, encounter.c.id == lab_request.c.encounter_id)
        .where(lab_request.c.id == order_id, lab_request.c.facility == work.facility.code)
        .with_for_update(of=lab_request)
    )
    return await work.one(statement, "Permintaan ini tidak dikenal")


async def add_result(work: Work, **values: Any) -> None:
    insert = work.insert(lab_result).values(**values)
    await work.execute(
        insert.on_conflict_do_nothing(index_elements=[lab_result.c.order_id, lab_result.c.version])
    )


async def add_notice(work: Work, **values: Any) -> None:
    """A complaint that is assigned again names its unit anew."""
    insert = work.insert(unit_notice).values(**values)
    changed = {name: insert.excluded[name] for name in ("unit", "summary", "received_at")}
    await work.execute(
        insert.on_conflict_do_update(index_elements=[unit_notice.c.id], set_=changed)
    )
