"""What the complaints desk publishes: the stages a to i of the procedure, never who complained."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Code, Event, Privacy


class _ComplaintEvent(Event):
    privacy = Privacy.COMPLAINANT
    keyed_by = "complaint_id"

    complaint_id: UUID
    number: str


class ComplaintReceivedV1(_ComplaintEvent):
    """Stage a. `response_due` is the end of the working day of the first answer."""

    type = "complaints.complaint.received.v1"

    channel: Code
    received_at: AwareDatetime
    response_due: datetime


class ComplaintDetailedV1(_ComplaintEvent):
    """Stage b: identity, history, place and officer are known (or withheld with a reason)."""

    type = "complaints.complaint.detailed.v1"

    anonymous: bool


class ComplaintAssignedV1(_ComplaintEvent):
    """Stage c: the unit concerned is told what happened, not who complained."""

    type = "complaints.complaint.assigned.v1"

    unit: Code
    summary: str


class ComplaintClarifiedV1(_ComplaintEvent):
    """Stage d: the unit's clarification and its plan of improvement."""

    type = "complaints.complaint.clarified.v1"

    unit: Code
    plan: str


class ComplaintRemedyDecidedV1(_ComplaintEvent):
    """Stage e: compensation, the right of reply, or both."""

    type = "complaints.complaint.remedy_decided.v1"

    remedies: tuple[Literal["compensation", "right_of_reply"], ...]


class ComplaintImprovedV1(_ComplaintEvent):
    """Stage f: the improvement was carried out."""

    type = "complaints.complaint.improved.v1"

    improved_on: date
    owner: str


class ComplaintHeadInformedV1(_ComplaintEvent):
    """Stage g: the head of the health centre has acknowledged the report."""

    type = "complaints.complaint.head_informed.v1"


class ComplaintEscalatedV1(_ComplaintEvent):
    """Stage h: an obstacle goes to the Dinas Kesehatan; the deadline does not change."""

    type = "complaints.complaint.escalated.v1"

    reason: str
    letter_no: str


class ComplaintMonitoredV1(_ComplaintEvent):
    """Stage i: effective, or looked at again on `next_review`."""

    type = "complaints.complaint.monitored.v1"

    effective: bool
    next_review: date | None = None


class ComplaintClosedV1(_ComplaintEvent):
    """Nothing more is owed: the improvement is effective, or it was no complaint of its own.

    `unit` had it, where it came that far; a duplicate or one out of scope never reached a unit.
    """

    type = "complaints.complaint.closed.v1"

    unit: Code | None = None
    outcome: Literal["effective", "duplicate", "out_of_scope"] = "effective"


class ComplaintReopenedV1(_ComplaintEvent):
    """A closed complaint came back under its number; `unit` had it, `response_due` is new."""

    type = "complaints.complaint.reopened.v1"

    unit: Code | None = None
    response_due: datetime


class DeadlineBreachedV1(Event):
    """A stage (letter a to i) stands beyond its deadline; told once for each stage and deadline.

    `days_over` counts working days: 0 until the first of them after `due_on`.
    """

    type = "complaints.deadline.breached.v1"
    privacy = Privacy.PSEUDONYMOUS
    keyed_by = "complaint_id"

    complaint_id: UUID
    stage: str = Field(pattern="^[a-i]$")
    due_on: date
    days_over: int = Field(ge=0)
