"""Queries on queue tickets, their counters, and the calls the display shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared, counting, word_in_text
from chassis.work import Row, Work

from ..models import counter, last_call, ticket

MISSING = "Tiket antrean tidak ditemukan"
_ISSUED = word_in_text("issued")
_HERE = ticket.c.facility == sa.bindparam("facility")
_COUNT_UP = counting(counter, "facility", "name")


async def next_ticket_number(work: Work, point: str, day: date) -> int:
    """Held until the commit, so that no number of a day is missing on the display."""
    return int(await work.scalar(_COUNT_UP, name=f"ticket:{point}:{day.isoformat()}", last=1))


async def next_record_number(work: Work) -> int:
    """Before anything is written; where the registration then fails, nobody has this number."""
    return await work.number(_COUNT_UP, name="mrn")


_ADD_TICKET = Prepared(sa.insert(ticket).returning(*ticket.c))
_BY_ID = sa.select(ticket).where(ticket.c.id == sa.bindparam("ticket"), _HERE)
_TICKET, _LOCK_TICKET = Prepared(_BY_ID), Prepared(_BY_ID.with_for_update())


async def add_ticket(work: Work, values: dict[str, Any]) -> Row:
    return await work.one(_ADD_TICKET, **values)


async def ticket_by_id(work: Work, ticket_id: UUID) -> Row:
    return await work.one(_TICKET, MISSING, ticket=ticket_id)


async def lock_ticket(work: Work, ticket_id: UUID) -> Row:
    """The ticket, held until the commit: two desks never serve the same one."""
    return await work.one(_LOCK_TICKET, MISSING, ticket=ticket_id)


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


_FIRST = (
    sa.select(ticket.c.id)
    .where(_HERE, ticket.c.service_date == sa.bindparam("day"), ticket.c.state == _ISSUED)
    .order_by(ticket.c.rank, ticket.c.number)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def _call(first: sa.Select[Any]) -> Prepared:
    return Prepared(
        sa.update(ticket)
        .where(ticket.c.id == first.scalar_subquery())
        .values(
            state=sa.bindparam("called"),
            attempt=1,
            called_at=sa.bindparam("now", type_=ticket.c.called_at.type),
            version=ticket.c.version + 1,
        )
        .returning(*ticket.c)
    )


_CALL_FIRST = _call(_FIRST)
_CALL_FIRST_OF_POINT = _call(_FIRST.where(ticket.c.service_point == sa.bindparam("point")))


async def call_first(work: Work, day: date, service_point: str | None, state: str) -> Row | None:
    """Take the first waiting ticket in one statement; two desks never get the same one."""
    values = {"day": day, "called": state, "now": work.at}
    if service_point:
        return await work.first(_CALL_FIRST_OF_POINT, point=service_point, **values)
    return await work.first(_CALL_FIRST, **values)


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


_FINISH_TICKET = Prepared(
    sa.update(ticket)
    .where(ticket.c.id == sa.bindparam("ticket"), _HERE)
    .values(state=sa.bindparam("ended"), version=ticket.c.version + 1)
)


async def finish_ticket(work: Work, ticket_id: UUID, state: str) -> None:
    await work.later(_FINISH_TICKET, ticket=ticket_id, ended=state)


@Prepared
def _show_call(insert: Any) -> Any:
    shown = insert(last_call)
    fresh = ("ticket_no", "room", "attempt", "called_at")
    return shown.on_conflict_do_update(
        index_elements=[last_call.c.facility, last_call.c.unit],
        set_={name: shown.excluded[name] for name in fresh},
        where=last_call.c.called_at <= shown.excluded.called_at,
    )


async def show_call(work: Work, unit: str, ticket_no: str, room: str, attempt: int) -> None:
    """Put a number on the display; an older call never replaces a newer one."""
    await work.later(
        _show_call, unit=unit, ticket_no=ticket_no, room=room, attempt=attempt, called_at=work.at
    )


async def calls(work: Work) -> Sequence[Row]:
    """The last call of every unit, the newest first."""
    return await work.all(
        sa.select(last_call)
        .where(last_call.c.facility == work.facility.code)
        .order_by(last_call.c.called_at.desc())
    )
