"""What the other rooms' events do to a visit: only registration moves a patient.

A late event for a visit that has ended is kept with it and moves nobody.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.work import Row, Work
from contracts.registration import QueueTicketCalledV1, VisitCompletedV1
from contracts.values import PriorityClass

from .. import models
from ..domain import tickets, visits
from ..store import tickets as ticket_store
from ..store import visits as store
from .visits import route


async def patient_called(work: Work, visit_id: UUID, unit: str, room: str, attempt: int) -> None:
    """A room called: the visit is in service and the display shows number and room."""
    row = await store.lock_visit(work, visit_id)
    if visits.is_terminal(row.state) or row.unit != unit:
        # The call crossed the patient's next move on the way here: the newer place stands.
        return _late(work, row, f"called to {unit}")
    state = visits.MACHINE.after(row.state, "call")
    await work.save(models.visit, row, state=state, started_at=row.started_at or work.at)
    await ticket_store.show_call(work, unit, row.ticket_no, room, attempt)
    work.publish(
        QueueTicketCalledV1(
            ticket_id=row.ticket_id,
            ticket_no=row.ticket_no,
            unit=unit,
            room=room,
            attempt=attempt,
        )
    )
    work.changed("display", "units", f"unit:{unit}", f"visit:{row.id}")


async def owe(work: Work, visit_id: UUID, kind: str, ref_id: UUID, origin: str) -> None:
    """The visit now waits for an order or a prescription; the patient moves if that says so."""
    row = await store.lock_visit(work, visit_id)
    if visits.is_terminal(row.state):
        await store.set_obligation(work, row.id, kind, ref_id, origin, "filed")
        return _late(work, row, f"{kind} {ref_id}")
    owed = await _owed(work, row)
    await _settle(work, row, owed, ref_id, visits.Owed(kind, ref_id, origin, "open"))


async def fulfil(
    work: Work,
    visit_id: UUID,
    kind: str,
    ref_id: UUID,
    state: str = "done",
    origin: str | None = None,
) -> None:
    """An order or prescription is done, rejected or cancelled: file it, move the patient on.

    It closes once. What comes later (a correction, a rejection that crossed the cancellation) moves
    nobody.
    """
    row = await store.lock_visit(work, visit_id)
    unit = origin or row.unit
    if visits.is_terminal(row.state):
        await store.set_obligation(work, row.id, kind, ref_id, unit, "filed")
        return _late(work, row, f"{kind} {ref_id} {state}")
    owed = await _owed(work, row)
    if visits.is_closed(owed, kind, ref_id):
        return _late(work, row, f"{kind} {ref_id} {state}")
    if kind == visits.PRESCRIPTION and state == "rejected":
        # The prescriber must decide again, so the encounter is open again.
        await store.reopen_obligation(work, row.id, visits.ENCOUNTER)
        owed = await _owed(work, row)
    await _settle(work, row, owed, ref_id, visits.Owed(kind, ref_id, unit, state))


async def encounter_completed(
    work: Work, visit_id: UUID, disposition: str, prescriptions: Sequence[UUID]
) -> None:
    """The room has finished: to the pharmacy with a prescription, else home.

    A prescription whose own event is held up on the way is owed from now on all the same. One that
    was rejected without the room's knowing must be answered first: back to the room.
    """
    row = await store.lock_visit(work, visit_id)
    if visits.is_terminal(row.state):
        return _late(work, row, "encounter completed")
    owed = await _owed(work, row)
    if visits.rejected_of(owed, prescriptions):
        base = PriorityClass(row.base_class)
        return await _go(work, row, visits.back_to(visits.origin_of(owed, row.id), base), {})
    asked = [
        visits.Owed(visits.PRESCRIPTION, rx_id, row.unit, "open")
        for rx_id in dict.fromkeys(prescriptions)
    ]
    done = visits.Owed(visits.ENCOUNTER, row.id, row.unit, "done")
    await _settle(work, row, owed, row.id, *asked, done, disposition=disposition)


async def _owed(work: Work, row: Row) -> list[visits.Owed]:
    rows = await store.obligations_of(work, row.id)
    return [visits.Owed(each.kind, each.ref_id, each.origin_unit, each.state) for each in rows]


async def _settle(
    work: Work,
    row: Row,
    before: Sequence[visits.Owed],
    ref_id: UUID,
    *settled: visits.Owed,
    **changes: Any,
) -> None:
    """File what was settled and put the patient where the rest says, once per event."""
    for each in settled:
        await store.set_obligation(
            work, row.id, each.kind, each.ref_id, each.origin_unit, each.state
        )
    owed = visits.owing(before, *settled)
    origin = visits.origin_of(owed, ref_id)
    base = PriorityClass(row.base_class)
    step = visits.next_step(work.facility, row.unit, base, owed, origin)
    if isinstance(step, visits.Go):
        await _go(work, row, step, changes)
    elif isinstance(step, visits.Finish):
        await _finish(work, row, changes)
    elif changes:
        await work.save(models.visit, row, **changes)
    work.changed("units", f"unit:{row.unit}", f"visit:{row.id}")


async def _go(work: Work, row: Row, step: visits.Go, changes: dict[str, Any]) -> None:
    seq = row.route_seq + 1
    await work.save(
        models.visit,
        row,
        state=visits.MACHINE.after(row.state, step.action),
        unit=step.unit,
        priority_class=step.priority.value,
        rank=work.facility.queue.rank(step.priority),
        route_seq=seq,
        arrived_at=work.at,
        **changes,
    )
    await route(
        work,
        row,
        step.unit,
        step.reason,
        step.priority,
        seq=seq,
        from_unit=row.unit,
        order_id=step.order_id,
    )
    work.changed(f"unit:{step.unit}")


async def _finish(work: Work, row: Row, changes: dict[str, Any]) -> None:
    state = visits.MACHINE.after(row.state, "complete")
    await work.save(models.visit, row, state=state, closed_at=work.at, **changes)
    await ticket_store.finish_ticket(
        work, row.ticket_id, tickets.MACHINE.after("serving", "finish")
    )
    work.publish(
        VisitCompletedV1(
            visit_id=row.id,
            patient_id=row.patient_id,
            disposition=changes.get("disposition") or row.disposition or "home",
            completed_at=work.at,
        )
    )
    work.changed("desk")


def _late(work: Work, row: Row, what: str) -> None:
    """Kept with the visit for whoever reads it later; nobody is queued."""
    work.audit("visit.late_event", row.id, visit_id=row.id, detail=what)
