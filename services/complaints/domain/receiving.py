"""Stage a: a complaint comes in by any channel of the profile and gets its clock."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.errors import Invalid
from contracts.facility import Facility

from .complaint import Complaint, next_deadline, resolve_due, today
from .deadlines import Holidays, due
from .guards import require, require_category

#: An older date of receipt is a typing error.
_OLDEST = timedelta(days=366)


def check_receipt(facility: Facility, channel: str, received_at: datetime, at: datetime) -> None:
    """Refuses a channel the profile does not have, and a time that cannot be."""
    if channel not in {known.code for known in facility.complaints.channels}:
        raise Invalid("Pilih salah satu saluran pengaduan puskesmas ini", field="channel")
    if received_at > at:
        raise Invalid("Waktu terima tidak boleh di masa depan", field="received_at")
    if received_at < at - _OLDEST:
        raise Invalid("Waktu terima lebih dari satu tahun lalu: periksa lagi", field="received_at")


def receive(
    facility: Facility,
    *,
    id: UUID,
    number: str,
    channel: str,
    category: str,
    received_at: datetime,
    text: str,
    holidays: Holidays,
    external_id: str | None = None,
    visit_ref: str | None = None,
    reporter_known: bool = False,
) -> Complaint:
    """A complaint in state `received`, due by the days of the profile."""
    received_on = today(received_at, facility)
    response_due = due(received_on, facility.complaints.first_response_days, holidays)
    complaint = Complaint(
        id=id,
        facility=facility.code,
        version=1,
        number=number,
        channel=channel,
        state="received",
        category=require_category(category),
        received_at=received_at,
        clock_from=received_on,
        response_due=response_due,
        resolve_due=response_due,
        due_on=response_due,
        external_id=external_id,
        text=require(text, "text", "Tulis isi pengaduan"),
        visit_ref=visit_ref,
        reporter_known=reporter_known,
    )
    complaint = replace(
        complaint, resolve_due=resolve_due(complaint, facility.complaints, holidays)
    )
    return replace(complaint, due_on=next_deadline(complaint))
