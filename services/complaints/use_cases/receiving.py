"""Stage a: take a complaint in, once, whatever the channel."""

from dataclasses import replace
from datetime import datetime

from chassis.work import Work
from contracts.complaints import ComplaintReceivedV1

from .. import domain, store
from .steps import end_of, seen, tell, today


async def receive_complaint(
    work: Work,
    *,
    channel: str,
    text: str,
    category: str = "no_inspection",
    received_at: datetime | None = None,
    external_id: str | None = None,
    reporter_name: str | None = None,
    contact: str | None = None,
    visit_ref: str | None = None,
) -> domain.Overview:
    """The complaint with its number and deadlines; a known external id gets the one there is."""
    at = _local(work, received_at)
    domain.check_receipt(work.facility, channel, at, work.at)
    if external_id and (known := await store.by_external_id(work, channel, external_id)):
        return seen(work, known)
    new = domain.receive(
        work.facility,
        id=work.new_id(),
        number="",
        channel=channel,
        category=category,
        received_at=at,
        text=text,
        external_id=external_id,
        visit_ref=visit_ref,
        reporter_known=bool(reporter_name),
        holidays=domain.indonesian_holidays(),
    )
    new = replace(new, number=await _number(work))
    if not await store.add(work, new):
        return await _already_received(work, channel, external_id or "")
    if reporter_name or contact:
        await store.save_identity(work, new.id, domain.Identity(reporter_name, contact))
    await store.add_step(work, new.id, new.version, "receive", "", {"channel": channel})
    _tell_others(work, new)
    return seen(work, new)


def _local(work: Work, received_at: datetime | None) -> datetime:
    """A time typed without an offset is the clock on the wall of the health centre."""
    if received_at is None:
        return work.at
    return received_at if received_at.tzinfo else received_at.replace(tzinfo=work.facility.zone)


async def _number(work: Work) -> str:
    year = today(work).year
    return f"PGD-{year}-{await store.next_number(work, year):04d}"


async def _already_received(work: Work, channel: str, external_id: str) -> domain.Overview:
    """Another delivery of the same report came first; its number stands, ours stays unused."""
    known = await store.by_external_id(work, channel, external_id)
    assert known is not None, "the unique key refused a row that is not there"
    return seen(work, known)


def _tell_others(work: Work, new: domain.Complaint) -> None:
    work.publish(
        ComplaintReceivedV1(
            complaint_id=new.id,
            number=new.number,
            channel=new.channel,
            received_at=new.received_at,
            response_due=end_of(new.response_due, work),
        )
    )
    work.audit("complaint.receive", new.id)
    tell(work, new)
