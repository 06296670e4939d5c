"""The turns off the straight way: obstacle (h), reopened, duplicate, out of scope."""

from typing import Literal
from uuid import UUID

from chassis.work import Work
from contracts.complaints import ComplaintClosedV1, ComplaintEscalatedV1, ComplaintReopenedV1

from .. import domain, store
from .steps import advance, end_of, held, today


async def escalate_to_dinas(
    work: Work, complaint_id: UUID, *, reason: str, letter_no: str
) -> domain.Overview:
    """h: what the health centre cannot mend itself is proposed to the Dinas by letter."""
    before = await held(work, complaint_id)
    after = domain.escalate(before, reason=reason, letter_no=letter_no)
    who = await store.who_reported(work, complaint_id)
    work.publish(
        ComplaintEscalatedV1(
            complaint_id=before.id,
            number=before.number,
            reason=domain.withhold(reason, who, field="reason"),
            letter_no=domain.withhold(letter_no, who, field="letter_no"),
        )
    )
    return await advance(work, before, after, "escalate", reason, letter_no=letter_no)


async def resume_improvement(work: Work, complaint_id: UUID, *, answer: str) -> domain.Overview:
    """h, answered: with what the Dinas said the improvement goes on."""
    before = await held(work, complaint_id)
    after = domain.resume(before, answer=answer)
    return await advance(work, before, after, "resume", answer)


async def reopen_complaint(work: Work, complaint_id: UUID, *, reason: str) -> domain.Overview:
    """A closed complaint comes back under its old number with a new clock."""
    before = await held(work, complaint_id)
    rules, holidays = work.facility.complaints, domain.indonesian_holidays()
    after = domain.reopen(before, reason=reason, today=today(work), rules=rules, holidays=holidays)
    work.publish(
        ComplaintReopenedV1(
            complaint_id=before.id,
            number=before.number,
            unit=before.unit,
            response_due=end_of(after.response_due, work),
        )
    )
    return await advance(work, before, after, "reopen", reason)


async def link_duplicate(work: Work, complaint_id: UUID, *, duplicate_of: str) -> domain.Overview:
    """The same incident, already reported under the number `duplicate_of`."""
    before = await held(work, complaint_id)
    original = await store.by_number(work, duplicate_of)
    after = domain.duplicate(before, original, today(work))
    _tell_it_ended(work, before, "duplicate")
    return await advance(work, before, after, "duplicate", duplicate_of=duplicate_of)


async def refuse_out_of_scope(work: Work, complaint_id: UUID, *, reason: str) -> domain.Overview:
    """Not about this health centre."""
    before = await held(work, complaint_id)
    after = domain.out_of_scope(before, reason=reason, today=today(work))
    _tell_it_ended(work, before, "out_of_scope")
    return await advance(work, before, after, "out_of_scope", reason)


def _tell_it_ended(
    work: Work, complaint: domain.Complaint, outcome: Literal["duplicate", "out_of_scope"]
) -> None:
    """Whoever counts what is open heard of its receipt, so they hear of its end."""
    work.publish(
        ComplaintClosedV1(complaint_id=complaint.id, number=complaint.number, outcome=outcome)
    )
