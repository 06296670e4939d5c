"""Queries on queue tickets, their counters, and the calls the display shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import once
from chassis.work import Row, Work

from ..models import counter, last_call, ticket

MISSING = "Tiket antrean tidak ditemukan"
#: Written into the statement, because a partial index does not match a bound value.
_ISSUED = sa.literal("issued", literal_execute=True)


@once
def _count_up(work: Work) -> Any:
    return (
        work.insert(counter)
        .on_conflict_do_update(
            index_elements=[counter.c.facility, counter.c.name], set_={"last": counter.c.last + 1}
        )
        .returning(counter.c.last)
    )


async def count_up(work: Work, name: str) -> int:
    """The next number of a counter; its row stays locked until the commit: none is given twice."""
    values = {"facility": work.facility.code, "name": name, "last": 1}
    return int((await work.execute(_count_up(work), values)).scalar_one())


async def give_back(work: Work, name: str) -> None:
    """Undo `count_up` of this transaction, where the number was not used after all."""
    await work.execute(
        sa.update(counter)
        .where(counter.c.facility == work.facility.code, counter.c.name == name)
        .values(last=counter.c.last - 1)
    )


_ADD_TICKET = sa.insert(ticket).returning(*ticket.c)


async def add_ticket(work: Work, values: dict[str, Any]) -> Row:
    return (await work.execute(_ADD_TICKET, values)).one()


async def ticket_by_id(work: Work, ticket_id: UUID) -> Row:
    return await work.one(_by_id(work, ticket_id), MISSING)


async def lock_ticket(work: Work, ticket_id: UUID) -> Row:
    """The ticket, held until the commit: two desks never serve the same one."""
    return await work.one(_by_id(work, ticket_id).with_for_update(), MISSING)


def _by_id(work: Work, ticket_id: UUID) -> sa.Select[Any]:
    return sa.select(ticket).where(
        ticket.c.id == ticket_id, ticket.c.facility == work.facility.code
    )


async def waiting_tickets(
    work: Work, day: date, service_point: str | None, limit: int
) -> Sequence[Row]:
    """Tickets nobody has called yet, in calling order."""
    return await work.all(_waiting(work, day, service_point).limit(limit))


def _waiting(work: Work, day: date, service_point: str | None) -> sa.Select[Any]:
    statement = (
        sa.select(ticket)
        .where(
            ticket.c.facility == work.facility.code,
            ticket.c.service_date == day,
            ticket.c.state == _ISSUED,
        )
        .order_by(ticket.c.rank, ticket.c.number)
    )
    return statement.where(ticket.c.service_point == service_point) if service_point else statement


async def tickets_in_hand(work: Work, day: date, limit: int) -> Sequence[Row]:
    """Tickets called or missed today that no visit was opened for, the newest call first."""
    statement = (
        sa.select(ticket)
        .where(
            ticket.c.facility == work.facility.code,
            ticket.c.service_date == day,
            ticket.c.called_at.is_not(None),
            ticket.c.state.in_(("called", "missed")),
        )
        .order_by(ticket.c.called_at.desc())
        .limit(limit)
    )
    return await work.all(statement)


async def call_first(work: Work, day: date, service_point: str | None, state: str) -> Row | None:
    """Take the first waiting ticket in one statement; two desks never get the same one."""
    first = _waiting(work, day, service_point).with_only_columns(ticket.c.id).limit(1)
    statement = (
        sa.update(ticket)
        .where(ticket.c.id == first.with_for_update(skip_locked=True).scalar_subquery())
        .values(state=state, attempt=1, called_at=work.at, version=ticket.c.version + 1)
        .returning(*ticket.c)
    )
    return await work.first(statement)


async def count_waiting(work: Work, day: date) -> Row:
    """How many wait for the desk, and since when the first of them."""
    statement = sa.select(
        sa.func.count().label("waiting"), sa.func.min(ticket.c.issued_at).label("since")
    ).where(
        ticket.c.facility == work.facility.code,
        ticket.c.service_date == day,
        ticket.c.state == _ISSUED,
    )
    return await work.one(statement)


async def count_before(work: Work, row: Row) -> int:
    """How many waiting tickets of the same day are called before this one."""
    waiting = (
        _waiting(work, row.service_date, None).order_by(None).with_only_columns(sa.func.count())
    )
    earlier = sa.tuple_(ticket.c.rank, ticket.c.number) < sa.tuple_(
        sa.literal(row.rank), sa.literal(row.number)
    )
    return int(await work.scalar(waiting.where(earlier)))


async def end_earlier_days(work: Work, day: date) -> None:
    """Day end: called and missed tickets expire, those never called are void."""
    state = sa.case((ticket.c.state == "issued", "void"), else_="expired")
    await work.execute(
        sa.update(ticket)
        .where(
            ticket.c.facility == work.facility.code,
            ticket.c.service_date < day,
            ticket.c.state.in_(("issued", "called", "missed")),
        )
        .values(state=state, version=ticket.c.version + 1)
    )


async def finish_ticket(work: Work, ticket_id: UUID, state: str) -> None:
    await work.execute(
        sa.update(ticket)
        .where(ticket.c.id == ticket_id, ticket.c.facility == work.facility.code)
        .values(state=state, version=ticket.c.version + 1)
    )


async def show_call(work: Work, unit: str, ticket_no: str, room: str, attempt: int) -> None:
    """Put a number on the display; an older call never replaces a newer one."""
    values = {"ticket_no": ticket_no, "room": room, "attempt": attempt, "called_at": work.at}
    insert = work.insert(last_call).values(facility=work.facility.code, unit=unit, **values)
    await work.execute(
        insert.on_conflict_do_update(
            index_elements=[last_call.c.facility, last_call.c.unit],
            set_=values,
            where=last_call.c.called_at <= work.at,
        )
    )


async def calls(work: Work) -> Sequence[Row]:
    """The last call of every unit, the newest first."""
    return await work.all(
        sa.select(last_call)
        .where(last_call.c.facility == work.facility.code)
        .order_by(last_call.c.called_at.desc())
    )
