"""What the counter looks at: worklist, one prescription with its hints, stock, totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import Row, Work

from .. import domain, store

#: More than anybody works through; what lies behind moves up.
WORKLIST = 50


@dataclass(frozen=True)
class Details:
    """A prescription, what the computer noticed, and what was handed over."""

    prescription: domain.Prescription
    hints: Sequence[domain.Hint]
    handed_over: Sequence[Row]

    @property
    def version(self) -> int:
        return self.prescription.version


@dataclass(frozen=True)
class Counter:
    worklist: Sequence[domain.Prescription]
    opened: Details | None


@dataclass(frozen=True)
class Stock:
    today: date
    lots: Sequence[Row]


@dataclass(frozen=True)
class Summary:
    waiting: int
    by_state: dict[str, int]
    oldest: datetime | None


async def list_prescriptions(
    work: Work, state: str | None = None, limit: int = 20, after: UUID | None = None
) -> list[domain.Prescription]:
    """A page of the list, from its beginning or after the prescription that ended the last one."""
    if state is not None and state not in domain.MACHINE.states:
        raise Invalid("Keadaan resep '%(state)s' tidak dikenal", field="state", state=state)
    last = await store.known_prescription(work, after) if after else None
    if after and last is None:
        raise Invalid("Resep ini tidak dikenal; mulai lagi dari awal daftar", field="after")
    return await store.list_prescriptions(work, state, limit, last)


async def open_prescription(work: Work, rx_id: UUID) -> Details:
    """Reading a prescription is audited."""
    rx = await store.prescription_of(work, rx_id)
    work.audit("prescription.read", rx.id, visit_id=rx.visit_id)
    if rx.state in domain.MACHINE.terminal:
        return Details(rx, (), await store.handed_over(work, rx_id))
    stock = await store.usable_stock(work, domain.needs(rx.items), _today(work))
    recent = await store.recently_handed(work, rx.patient_id)
    return Details(rx, domain.review_hints(rx, stock, recent), ())


async def look_at_counter(work: Work, rx_id: UUID | None) -> Counter:
    """The worklist, and beside it the prescription that was opened."""
    opened = await open_prescription(work, rx_id) if rx_id else None
    return Counter(await store.list_prescriptions(work, None, WORKLIST), opened)


async def list_stock(work: Work) -> Sequence[Row]:
    return await store.list_lots(work)


async def look_at_stock(work: Work) -> Stock:
    return Stock(_today(work), await store.list_lots(work))


async def summarise(work: Work) -> Summary:
    by_state = await store.open_counts(work)
    waiting = sum(by_state.values())
    return Summary(waiting, by_state, await store.oldest_open(work) if waiting else None)


def _today(work: Work) -> date:
    return work.at.astimezone(work.facility.zone).date()
