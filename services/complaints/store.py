"""Every query of the complaints desk; each is held to the centre of the caller."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.errors import NotFound
from chassis.prepared import counting
from chassis.work import Work

from . import domain, models

complaint, identity, step = models.complaint, models.complaint_identity, models.complaint_step
counter, breach = models.complaint_counter, models.complaint_breach

#: Deadlines told of in one transaction; the rest follow in the next.
BREACHES = 100

_CARD = [complaint.c[field.name] for field in fields(domain.Card)]
_WHOLE = [complaint.c[field.name] for field in fields(domain.Complaint)]


async def get(work: Work, complaint_id: UUID) -> domain.Complaint:
    found = await _find(work, complaint.c.id == complaint_id)
    if found is None:
        raise NotFound("Pengaduan tidak ditemukan")
    return found


async def by_number(work: Work, number: str) -> domain.Complaint | None:
    return await _find(work, complaint.c.number == number)


async def by_external_id(work: Work, channel: str, external_id: str) -> domain.Complaint | None:
    return await _find(work, complaint.c.channel == channel, complaint.c.external_id == external_id)


async def _find(work: Work, *conditions: sa.ColumnElement[bool]) -> domain.Complaint | None:
    row = await work.first(
        sa.select(*_WHOLE).where(complaint.c.facility == work.facility.code, *conditions)
    )
    return domain.Complaint(**row._mapping) if row else None


async def cards(work: Work, state: str | None, limit: int, offset: int = 0) -> list[domain.Card]:
    """Open complaints, the most urgent first, or those of one state."""
    rows = await work.all(card_list(work, state, limit, offset))
    return [domain.Card(**row._mapping) for row in rows]


def card_list(work: Work, state: str | None, limit: int, offset: int = 0) -> sa.Select[Any]:
    """In the order of an index for either choice, so that only `limit` rows are read.

    Of what has ended the newest come first.
    """
    chosen = complaint.c.state == state if state else models.OPEN
    sooner = (complaint.c.due_on, complaint.c.id)
    order = [column.desc() for column in sooner] if state in domain.ENDED else sooner
    return (
        sa.select(*_CARD)
        .where(complaint.c.facility == work.facility.code, chosen)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )


async def counts(work: Work, today: date) -> sa.Row[Any]:
    """How many are open, past their deadline, and not looked at yet; as `domain.clock` says it."""
    overdue = _overdue(today)
    return await work.one(
        sa.select(
            sa.func.count().label("open"),
            sa.func.count().filter(overdue).label("late"),
            sa.func.count().filter(complaint.c.state == "received").label("new"),
        ).where(complaint.c.facility == work.facility.code, models.OPEN)
    )


def _overdue(today: date) -> sa.ColumnElement[bool]:
    unscheduled = sa.and_(complaint.c.state == "monitoring", complaint.c.next_review.is_(None))
    return sa.and_(complaint.c.due_on < today, complaint.c.state != "detail", sa.not_(unscheduled))


async def newly_overdue(work: Work, today: date) -> list[domain.Card]:
    """Open complaints past the deadline of their stage that nobody was told of yet."""
    told = sa.exists().where(
        breach.c.complaint_id == complaint.c.id,
        breach.c.state == complaint.c.state,
        breach.c.due_on == complaint.c.due_on,
    )
    rows = await work.all(
        sa.select(*_CARD)
        .where(complaint.c.facility == work.facility.code, models.OPEN, _overdue(today), ~told)
        .order_by(complaint.c.due_on, complaint.c.id)
        .limit(BREACHES)
    )
    return [domain.Card(**row._mapping) for row in rows]


async def note_breach(work: Work, card: domain.Card) -> bool:
    """False where another worker was first: its transaction holds the key until it commits."""
    insert = work.insert(breach).values(
        complaint_id=card.id,
        state=card.state,
        due_on=card.due_on,
        facility=card.facility,
        at=work.at,
    )
    return (await work.execute(insert.on_conflict_do_nothing())).rowcount == 1


async def steps(work: Work, complaint_id: UUID) -> Sequence[sa.Row[Any]]:
    return await work.all(
        sa.select(step)
        .where(step.c.complaint_id == complaint_id, step.c.facility == work.facility.code)
        .order_by(step.c.version)
    )


async def who_reported(work: Work, complaint_id: UUID) -> domain.Identity | None:
    """Who complained; the caller audits what it shows of it."""
    row = await work.first(
        sa.select(identity.c.reporter_name, identity.c.contact).where(
            identity.c.id == complaint_id, identity.c.facility == work.facility.code
        )
    )
    return domain.Identity(**row._mapping) if row else None


_NEXT_NUMBER = counting(counter, "facility", "year")


async def next_number(work: Work, year: int) -> int:
    return int(await work.scalar(_NEXT_NUMBER, year=year, last=1))


async def add(work: Work, new: domain.Complaint) -> bool:
    """False where the same external id came in between."""
    insert = work.insert(complaint).values(**asdict(new))
    added = insert.on_conflict_do_nothing(
        index_elements=[complaint.c.facility, complaint.c.channel, complaint.c.external_id]
    ).returning(complaint.c.id)
    return await work.scalar(added) is not None


async def save(work: Work, before: domain.Complaint, after: domain.Complaint) -> int:
    """Writes what changed, under the version that was read; returns the new version."""
    was, now = asdict(before), asdict(after)
    return await work.save(complaint, before, **{k: v for k, v in now.items() if was[k] != v})


async def save_identity(work: Work, complaint_id: UUID, who: domain.Identity) -> None:
    """An empty name or contact keeps the one already known."""
    given = {key: value for key, value in asdict(who).items() if value}
    insert = work.insert(identity).values(
        id=complaint_id, facility=work.facility.code, version=1, **given
    )
    await work.execute(
        insert.on_conflict_do_update(
            index_elements=[identity.c.id],
            set_={**given, "version": identity.c.version + 1},
        )
    )


async def add_step(
    work: Work, complaint_id: UUID, version: int, action: str, text: str, facts: dict[str, Any]
) -> None:
    await work.execute(
        sa.insert(step).values(
            id=work.new_id(),
            facility=work.facility.code,
            complaint_id=complaint_id,
            version=version,
            stage=domain.STAGE_OF_ACTION[action],
            action=action,
            text=text,
            facts=facts,
            staff_id=work.actor.staff_id,
            staff_name=work.signature,
            role=work.actor.role,
            at=work.at,
        )
    )
