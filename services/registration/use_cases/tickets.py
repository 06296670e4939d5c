"""Queue tickets: issue, call, call again, miss, and call a second time."""

from collections.abc import Sequence
from uuid import UUID

from chassis.errors import NotFound
from chassis.work import Row, Work
from contracts.facility import ServicePoint
from contracts.registration import QueueTicketCalledV1, QueueTicketIssuedV1
from contracts.values import PriorityClass

from .. import models
from ..domain import routing, tickets
from ..store import tickets as store


async def issue_ticket(
    work: Work, service_point: str | None, priority: PriorityClass = PriorityClass.REGULAR
) -> Row:
    """The next number of a service point today. No person is in it, so nothing is audited."""
    point = tickets.service_point(work.facility, service_point)
    chosen = tickets.chosen_class(work.facility, priority)
    return await new_ticket(work, point, chosen, "issued")


async def new_ticket(work: Work, point: ServicePoint, priority: PriorityClass, state: str) -> Row:
    day = tickets.local_date(work.facility, work.at)
    number = await store.next_ticket_number(work, point.code, day)
    if number == 1:
        await store.end_earlier_days(work, day)
    rank, _ = tickets.calling_order(work.facility.queue, priority, number)
    row = await store.add_ticket(
        work,
        {
            "id": work.new_id(),
            "facility": work.facility.code,
            "version": 1,
            "service_point": point.code,
            "service_date": day,
            "number": number,
            "ticket_no": tickets.ticket_no(point.prefix, number),
            "priority_class": priority.value,
            "rank": rank,
            "state": state,
            "issued_at": work.at,
        },
    )
    work.publish(
        QueueTicketIssuedV1(
            ticket_id=row.id,
            ticket_no=row.ticket_no,
            number=number,
            service_point=point.code,
            service_date=day,
            priority_class=priority,
        )
    )
    work.changed("desk")
    return row


async def waiting(work: Work, service_point: str | None, limit: int) -> Sequence[Row]:
    day = tickets.local_date(work.facility, work.at)
    return await store.waiting_tickets(work, day, service_point, limit)


async def in_hand(work: Work, limit: int) -> Sequence[Row]:
    """Called and missed tickets of today that no visit was opened for."""
    return await store.tickets_in_hand(work, tickets.local_date(work.facility, work.at), limit)


async def get_ticket(work: Work, ticket_id: UUID) -> Row:
    return await store.ticket_by_id(work, ticket_id)


async def call_next(work: Work, service_point: str | None = None, room: str | None = None) -> Row:
    """Call the first waiting ticket to the desk, or NotFound where nobody waits."""
    if service_point is not None:
        tickets.service_point(work.facility, service_point)
    day = tickets.local_date(work.facility, work.at)
    row = await store.call_first(work, day, service_point, tickets.MACHINE.after("issued", "call"))
    if row is None:
        raise NotFound("Tidak ada tiket yang menunggu di loket")
    await _announce(work, row, row.attempt, room)
    return row


async def call_again(work: Work, ticket_id: UUID, room: str | None = None) -> Row:
    """Call a ticket that is at the desk already, or take one out of turn."""
    return await _call(work, ticket_id, "call", room)


async def requeue(work: Work, ticket_id: UUID, room: str | None = None) -> Row:
    """A missed ticket's holder came after all: called once more, then it expires."""
    return await _call(work, ticket_id, "requeue", room)


async def _call(work: Work, ticket_id: UUID, action: str, room: str | None) -> Row:
    row = await _held(work, ticket_id)
    state = tickets.MACHINE.after(row.state, action)
    attempt, requeued = row.attempt + 1, row.requeued or action == "requeue"
    changes = {"attempt": attempt, "requeued": requeued, "called_at": work.at}
    await work.save(models.ticket, row, state=state, **changes)
    await _announce(work, row, attempt, room)
    return await store.ticket_by_id(work, ticket_id)


async def _held(work: Work, ticket_id: UUID) -> Row:
    """The ticket, locked, as the caller saw it: an old picture is refused before any rule."""
    row = await store.lock_ticket(work, ticket_id)
    work.check_version(row)
    return row


async def _announce(work: Work, row: Row, attempt: int, room: str | None) -> None:
    desk = routing.desk(work.facility)
    place = room or desk.place
    await store.show_call(work, desk.code, row.ticket_no, place, attempt)
    work.publish(
        QueueTicketCalledV1(
            ticket_id=row.id, ticket_no=row.ticket_no, unit=desk.code, room=place, attempt=attempt
        )
    )
    work.changed("desk", "display")


async def miss(work: Work, ticket_id: UUID) -> Row:
    """The holder did not come: missed; after the second time expired."""
    row = await _held(work, ticket_id)
    state = tickets.after_miss(row.state, row.attempt, row.requeued, work.facility.queue)
    await work.save(models.ticket, row, state=state)
    work.changed("desk")
    return await store.ticket_by_id(work, ticket_id)


async def void(work: Work, ticket_id: UUID) -> Row:
    """A ticket printed by mistake."""
    row = await _held(work, ticket_id)
    await work.save(models.ticket, row, state=tickets.MACHINE.after(row.state, "void"))
    work.changed("desk")
    return await store.ticket_by_id(work, ticket_id)
