"""What a complaint is: its facts, the clock it stands under, and what it still lacks."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.facility import Complaints, Facility

from .deadlines import NO_CLOCK, Clock, Holidays, due, working_days_between
from .stages import OPEN, Mark, next_actions, stage_of, trail


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a list shows: nothing here says who complained, or about what."""

    id: UUID
    facility: str
    version: int
    number: str
    channel: str
    state: str
    category: str
    received_at: datetime
    #: The day the clock started: received, or reopened.
    clock_from: date
    #: Working days the clock stood still while the reporter was asked for details.
    paused_days: int = 0
    waiting_since: date | None = None
    response_due: date
    resolve_due: date
    responded_on: date | None = None
    resolved_on: date | None = None
    #: The deadline of the present state, so that a list can be read in its order.
    due_on: date
    next_review: date | None = None
    unit: str | None = None
    letter_no: str | None = None


@dataclass(frozen=True, kw_only=True)
class Complaint(Card):
    """The whole complaint, except for who reported it (`Identity`, kept apart)."""

    external_id: str | None = None
    text: str
    visit_ref: str | None = None
    reporter_known: bool = False
    anonymous_reason: str | None = None
    incomplete_reason: str | None = None
    history: str | None = None
    location: str | None = None
    officer_on_duty: str | None = None
    summary: str | None = None
    duplicate_of: UUID | None = None


@dataclass(frozen=True)
class Identity:
    """Who complained. Lives in the store of this service and travels nowhere."""

    reporter_name: str | None
    contact: str | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A card with its clock read on one day."""

    id: UUID
    number: str
    version: int
    channel: str
    state: str
    stage: str
    category: str
    unit: str | None
    received_at: datetime
    response_due: date
    resolve_due: date
    response_late: bool
    due_on: date | None
    days_left: int | None
    late: bool
    paused: bool
    next_review: date | None
    trail: tuple[tuple[str, Mark], ...]
    next_actions: tuple[str, ...]
    missing: tuple[str, ...] = ()


def today(at: datetime, facility: Facility) -> date:
    """The calendar day of an instant at the health centre."""
    return at.astimezone(facility.zone).date()


def allowed_days(category: str, rules: Complaints) -> int:
    """Working days of a class of complaint, from the facility profile."""
    return {
        "information": rules.information_days,
        "no_inspection": rules.no_inspection_days,
        "with_inspection": rules.inspection_days,
    }[category]


def resolve_due(card: Card, rules: Complaints, holidays: Holidays) -> date:
    days = allowed_days(card.category, rules) + card.paused_days
    return due(card.clock_from, days, holidays)


def next_deadline(card: Card) -> date:
    """The date a list sorts by."""
    if card.state == "received":
        return card.response_due
    if card.state == "monitoring":
        return card.next_review or card.resolved_on or card.resolve_due
    return card.resolve_due


def clock(card: Card, on: date, holidays: Holidays) -> Clock:
    """Which deadline counts in this state, and how far away it is."""
    if card.state not in OPEN:
        return NO_CLOCK
    if card.state == "monitoring":
        return Clock.until(card.next_review, on, holidays) if card.next_review else NO_CLOCK
    if card.state == "detail" and card.waiting_since:
        # Each day of waiting moves the deadline by one, so what is left stands still.
        left = working_days_between(card.waiting_since, card.resolve_due, holidays)
        late = card.waiting_since > card.resolve_due
        return Clock(None, left, late, paused=True)
    return Clock.until(next_deadline(card), on, holidays)


def missing_details(complaint: Complaint) -> tuple[str, ...]:
    """What stage b still lacks, as field names (procedure, letter b)."""
    known = {
        "reporter_name": complaint.reporter_known or complaint.anonymous_reason,
        "history": complaint.history,
        "location": complaint.location,
        "officer_on_duty": complaint.officer_on_duty,
    }
    return tuple(field for field, value in known.items() if not value)


def overview(card: Card, on: date, holidays: Holidays) -> Overview:
    now = clock(card, on, holidays)
    asks = isinstance(card, Complaint) and card.state in ("received", "detail", "reopened")
    return Overview(
        **{name: getattr(card, name) for name in _SHARED},
        stage=stage_of(card.state),
        response_late=(card.responded_on or on) > card.response_due,
        due_on=now.due_on,
        days_left=now.days_left,
        late=now.late,
        paused=now.paused,
        trail=trail(card.state, escalated=card.letter_no is not None),
        next_actions=next_actions(card.state),
        missing=missing_details(card) if asks and isinstance(card, Complaint) else (),
    )


_SHARED = (
    "id",
    "number",
    "version",
    "channel",
    "state",
    "category",
    "unit",
    "received_at",
    "response_due",
    "resolve_due",
    "next_review",
)
