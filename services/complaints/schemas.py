"""Shapes of requests and answers. Only `ComplaintRecord` carries who complained."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticKnownError

from chassis.bodies import Body
from contracts.envelope import Code
from contracts.values import IsoDate


def _printable(text: str) -> str:
    """A NUL cannot be stored in PostgreSQL, and means nothing in a sentence."""
    if "\x00" in text:
        raise ValueError("teks mengandung karakter yang tidak dapat disimpan")
    return text


def _blank_is_none(value: object) -> object:
    """A form sends an empty field as an empty text."""
    return None if isinstance(value, str) and not value.strip() else value


_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")


def _written_out(value: object) -> object:
    """A number would be read as seconds since 1970."""
    if value is None or (isinstance(value, str) and _INSTANT.match(value)):
        return value
    raise PydanticKnownError("date_parsing", {"error": "not a date and a time"})


def _yes_or_no(value: object) -> object:
    """Forms send a text, JSON a boolean; 1 is neither."""
    if isinstance(value, bool | str):
        return value
    raise PydanticKnownError("bool_parsing")


def _words(most: int) -> Any:
    return StringConstraints(strip_whitespace=True, max_length=most)


Long = Annotated[str, _words(4000), AfterValidator(_printable)]
Short = Annotated[str, _words(120), AfterValidator(_printable)]
Blank = BeforeValidator(_blank_is_none)
Category = Literal["information", "no_inspection", "with_inspection"]


class Receive(Body):
    """Stage a. `received_at` without an offset is the local time of the health centre."""

    channel: Code
    text: Long
    category: Category = "no_inspection"
    received_at: Annotated[datetime | None, BeforeValidator(_written_out), Blank] = None
    external_id: Annotated[Short | None, Blank] = None
    reporter_name: Annotated[Short | None, Blank] = None
    contact: Annotated[Short | None, Blank] = None
    visit_ref: Annotated[Annotated[str, _words(60), AfterValidator(_printable)] | None, Blank] = (
        None
    )


class Details(Body):
    """Stage b. What is left empty keeps what is already known."""

    reporter_name: Annotated[Short | None, Blank] = None
    contact: Annotated[Short | None, Blank] = None
    anonymous_reason: Annotated[Long | None, Blank] = None
    history: Annotated[Long | None, Blank] = None
    location: Annotated[Long | None, Blank] = None
    officer_on_duty: Annotated[Short | None, Blank] = None
    incomplete_reason: Annotated[Long | None, Blank] = None


class Assign(Body):
    unit: Code
    summary: Long = ""
    category: Annotated[Category | None, Blank] = None


class Clarify(Body):
    clarification: Long = ""
    plan: Long = ""


class Remedy(Body):
    compensation: Long = ""
    right_of_reply: Long = ""


class Improve(Body):
    evidence: Long = ""
    improved_on: IsoDate
    owner: Short = ""


class Report(Body):
    note: Long = ""


class Escalate(Body):
    reason: Long = ""
    letter_no: Annotated[str, _words(80), AfterValidator(_printable)] = ""


class Resume(Body):
    answer: Long = ""


class Monitor(Body):
    effective: Annotated[bool, BeforeValidator(_yes_or_no)]
    note: Long = ""
    next_review: Annotated[IsoDate | None, Blank] = None


class Reopen(Body):
    reason: Long = ""


class Duplicate(Body):
    """`duplicate_of` is the number of the complaint that came first."""

    duplicate_of: Short


class OutOfScope(Body):
    reason: Long = ""


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ComplaintView(Answer):
    """Where a complaint stands; `days_left` counts working days, below zero when late."""

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
    next_actions: tuple[str, ...]
    missing: tuple[str, ...]


class Step(Answer):
    stage: str
    action: str
    text: str
    facts: dict[str, Any]
    staff_id: str
    staff_name: str
    role: str
    at: datetime


class ComplaintRecord(ComplaintView):
    """The whole complaint with its history and the reporter, for the desk and the head."""

    text: str
    external_id: str | None
    visit_ref: str | None
    reporter_name: str | None
    contact: str | None
    anonymous_reason: str | None
    incomplete_reason: str | None
    history: str | None
    location: str | None
    officer_on_duty: str | None
    summary: str | None
    letter_no: str | None
    duplicate_of: UUID | None
    steps: tuple[Step, ...]
