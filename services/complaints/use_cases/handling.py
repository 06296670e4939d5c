"""Stages b to g and i: the way every complaint goes."""

from datetime import date
from typing import Literal
from uuid import UUID

from chassis.work import Work
from contracts.complaints import (
    ComplaintAssignedV1,
    ComplaintClarifiedV1,
    ComplaintClosedV1,
    ComplaintDetailedV1,
    ComplaintHeadInformedV1,
    ComplaintImprovedV1,
    ComplaintMonitoredV1,
    ComplaintRemedyDecidedV1,
)

from .. import domain, store
from .steps import advance, held, today


async def record_details(
    work: Work,
    complaint_id: UUID,
    *,
    reporter_name: str | None = None,
    contact: str | None = None,
    anonymous_reason: str | None = None,
    history: str | None = None,
    location: str | None = None,
    officer_on_duty: str | None = None,
    incomplete_reason: str | None = None,
) -> domain.Overview:
    """b: keep what the reporter told; with everything there it goes on to analysis."""
    before = await held(work, complaint_id)
    given = domain.Details(
        reporter_known=bool(reporter_name),
        history=history,
        location=location,
        officer_on_duty=officer_on_duty,
        anonymous_reason=anonymous_reason,
        incomplete_reason=incomplete_reason,
    )
    rules, holidays = work.facility.complaints, domain.indonesian_holidays()
    after = domain.detail(before, given, today(work), rules, holidays)
    if reporter_name or contact:
        await store.save_identity(work, before.id, domain.Identity(reporter_name, contact))
    complete = after.state != "detail"
    action = "detail" if complete else "detail_partly"
    if complete:
        anonymous = not after.reporter_known
        work.publish(
            ComplaintDetailedV1(complaint_id=before.id, number=before.number, anonymous=anonymous)
        )
    missing = list(domain.missing_details(after))
    return await advance(work, before, after, action, history or "", missing=missing)


async def assign_to_unit(
    work: Work, complaint_id: UUID, *, unit: str, summary: str, category: str | None = None
) -> domain.Overview:
    """c: tell the unit what happened, never who complained."""
    before = await held(work, complaint_id)
    after = domain.assign(
        before,
        work.facility,
        unit=unit,
        summary=summary,
        category=category,
        holidays=domain.indonesian_holidays(),
    )
    who = await store.who_reported(work, complaint_id)
    told = domain.withhold(after.summary or "", who, field="summary")
    work.publish(
        ComplaintAssignedV1(complaint_id=before.id, number=before.number, unit=unit, summary=told)
    )
    return await advance(work, before, after, "assign", told, unit=unit, category=after.category)


async def record_clarification(
    work: Work, complaint_id: UUID, *, clarification: str, plan: str
) -> domain.Overview:
    """d: the unit's own account, and what it will do better."""
    before = await held(work, complaint_id)
    after = domain.clarify(before, clarification=clarification, plan=plan)
    who = await store.who_reported(work, complaint_id)
    work.publish(
        ComplaintClarifiedV1(
            complaint_id=before.id,
            number=before.number,
            unit=before.unit or "",
            plan=domain.withhold(plan, who, field="plan"),
        )
    )
    return await advance(work, before, after, "clarify", clarification, plan=plan)


async def decide_remedy(
    work: Work, complaint_id: UUID, *, compensation: str, right_of_reply: str
) -> domain.Overview:
    """e: what the reporter is offered."""
    before = await held(work, complaint_id)
    after = domain.remedy(before, compensation=compensation, right_of_reply=right_of_reply)
    remedies: list[Literal["compensation", "right_of_reply"]] = []
    if compensation:
        remedies.append("compensation")
    if right_of_reply:
        remedies.append("right_of_reply")
    work.publish(
        ComplaintRemedyDecidedV1(
            complaint_id=before.id, number=before.number, remedies=tuple(remedies)
        )
    )
    offered = {"compensation": compensation, "right_of_reply": right_of_reply}
    return await advance(work, before, after, "remedy", **{k: v for k, v in offered.items() if v})


async def record_improvement(
    work: Work, complaint_id: UUID, *, evidence: str, improved_on: date, owner: str
) -> domain.Overview:
    """f: what was done, when, by whom."""
    before = await held(work, complaint_id)
    after = domain.improve(
        before,
        evidence=evidence,
        improved_on=improved_on,
        owner=owner,
        received_on=domain.today(before.received_at, work.facility),
        today=today(work),
    )
    who = await store.who_reported(work, complaint_id)
    work.publish(
        ComplaintImprovedV1(
            complaint_id=before.id,
            number=before.number,
            improved_on=improved_on,
            owner=domain.withhold(owner, who, field="owner", person=True),
        )
    )
    day = improved_on.isoformat()
    return await advance(work, before, after, "improve", evidence, improved_on=day, owner=owner)


async def acknowledge_report(work: Work, complaint_id: UUID, *, note: str = "") -> domain.Overview:
    """g: the head has taken note of the improvement."""
    before = await held(work, complaint_id)
    after = domain.acknowledge(before, today(work))
    work.publish(ComplaintHeadInformedV1(complaint_id=before.id, number=before.number))
    return await advance(work, before, after, "report", note)


async def record_monitoring(
    work: Work,
    complaint_id: UUID,
    *,
    effective: bool,
    note: str = "",
    next_review: date | None = None,
) -> domain.Overview:
    """i: look whether the improvement works; if so the complaint is closed."""
    before = await held(work, complaint_id)
    after = domain.monitor(before, effective=effective, next_review=next_review, today=today(work))
    work.publish(
        ComplaintMonitoredV1(
            complaint_id=before.id,
            number=before.number,
            effective=effective,
            next_review=after.next_review,
        )
    )
    if effective:
        work.publish(
            ComplaintClosedV1(complaint_id=before.id, number=before.number, unit=before.unit)
        )
        return await advance(work, before, after, "close", note)
    day = after.next_review.isoformat() if after.next_review else None
    return await advance(work, before, after, "review", note, next_review=day)
