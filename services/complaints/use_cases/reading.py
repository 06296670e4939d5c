"""Looking at complaints. Opening one shows who complained, so it is audited every time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import Row, Work

from .. import domain, store
from .steps import seen, today


@dataclass(frozen=True, kw_only=True)
class Record(domain.Overview):
    """Everything about one complaint, for the two roles that may know it."""

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
    steps: Sequence[Row]


@dataclass(frozen=True)
class Summary:
    """The three numbers of the home page."""

    open: int
    late: int
    new: int


async def list_complaints(
    work: Work, state: str | None = None, limit: int = 50, offset: int = 0
) -> list[domain.Overview]:
    """Open complaints, or those of one state, the nearest deadline first."""
    if state is not None and state not in domain.STATES:
        raise Invalid("Keadaan pengaduan ini tidak dikenal", field="state")
    return [seen(work, card) for card in await store.cards(work, state, limit, offset)]


async def open_complaint(work: Work, complaint_id: UUID) -> Record:
    complaint = await store.get(work, complaint_id)
    who = await store.who_reported(work, complaint_id)
    work.audit("complaint.read", complaint_id)
    if who:
        work.audit("complaint.identity.read", complaint_id)
    view = vars(seen(work, complaint))
    facts: dict[str, Any] = {**vars(complaint), **asdict(who or domain.Identity(None, None))}
    added = Record.__dataclass_fields__.keys() - view.keys() - {"steps"}
    steps = await store.steps(work, complaint_id)
    return Record(**view, **{name: facts[name] for name in added}, steps=steps)


async def summarise(work: Work) -> Summary:
    row = await store.counts(work, today(work))
    return Summary(open=row.open, late=row.late, new=row.new)
