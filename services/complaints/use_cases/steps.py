"""How every step is written: the complaint, its history, the audit entry and the live pages."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from chassis.work import Work

from .. import domain, store

LIST_TOPIC = "complaints"
_END_OF_DAY = time(23, 59, 59)


def today(work: Work) -> date:
    return domain.today(work.at, work.facility)


def end_of(day: date, work: Work) -> datetime:
    """The last second of a working day at the health centre: when an answer was due."""
    return datetime.combine(day, _END_OF_DAY, work.facility.zone)


async def held(work: Work, complaint_id: UUID) -> domain.Complaint:
    """The complaint as the caller saw it: an old picture is refused before any rule."""
    complaint = await store.get(work, complaint_id)
    work.check_version(complaint)
    return complaint


def seen(work: Work, card: domain.Card) -> domain.Overview:
    """A complaint with its clock as of now."""
    return domain.overview(card, today(work), domain.indonesian_holidays())


async def advance(
    work: Work,
    before: domain.Complaint,
    after: domain.Complaint,
    action: str,
    text: str = "",
    **facts: Any,
) -> domain.Overview:
    """Save what a step changed and write it into the history. Nothing here names the reporter."""
    version = await store.save(work, before, after)
    await store.add_step(work, before.id, version, action, text, facts)
    work.audit(f"complaint.{action}", before.id)
    tell(work, before)
    return seen(work, replace(after, version=version))


def tell(work: Work, card: domain.Card) -> None:
    work.changed(LIST_TOPIC, f"complaint:{card.id}")
