"""Looking at orders and results; opening one is audited like changing it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.errors import Conflict, Invalid
from chassis.work import Row, Work
from contracts.values import Sex

from .. import domain, store
from .steps import Order


async def list_orders(
    work: Work, state: str | None, limit: int, after: UUID | None = None
) -> Sequence[Row]:
    """A page of the worklist, from its beginning or after the order that ended the last page."""
    last = await store.known_order(work, after) if after else None
    if after and last is None:
        raise Invalid("Permintaan ini tidak dikenal; mulai lagi dari awal daftar", field="after")
    return await store.worklist(work, state, limit, last)


async def summarise(work: Work) -> Row:
    """Open orders, cito among them, and the oldest request."""
    return await store.open_counts(work)


async def list_tests(_work: Work) -> list[domain.LabTest]:
    return list(domain.CATALOGUE.values())


async def open_order(work: Work, order_id: UUID) -> Order:
    """The order with its specimens and one entry per test, entered or not."""
    order = await store.order(work, order_id)
    work.audit("order.open", order_id, visit_id=order.visit_id)
    return await _with_contents(work, order)


async def open_result(
    work: Work, order_id: UUID, *, roles: frozenset[str], units: frozenset[str]
) -> Order:
    """The released result for the unit that asked, also what the bus does not carry.

    While its visit is open, and afterwards until the unit has read it.
    """
    order = await store.order(work, order_id)
    over = order.state == "returned" and await store.has_ended(work, order.visit_id)
    domain.check_reader(roles, units, order.origin_unit, over=over)
    if order.released_at is None:
        raise Conflict("Hasil belum dikeluarkan laboratorium")
    work.audit("result.open", order_id, visit_id=order.visit_id)
    return await _with_contents(work, order)


async def _with_contents(work: Work, order: Row) -> Order:
    rows = await store.results(work, order.id, order.result_version)
    entered = {row.loinc: row for row in rows}
    return {
        **order._mapping,
        "specimens": [dict(row._mapping) for row in await store.specimens(work, order.id)],
        "results": [_result(work, order, loinc, entered.get(loinc)) for loinc in order.tests],
    }


def _result(work: Work, order: Row, loinc: str, row: Row | None) -> dict[str, Any]:
    test = domain.known(loinc)
    number, answer = (row.number, row.answer) if row else (None, None)
    return {
        "loinc": loinc,
        "name": test.name if test else loinc,
        "specimen": test.specimen if test else "",
        "ucum": test.ucum if test else "",
        "reference": row.reference if row else _reference(work, order, test),
        "answers": test.answers if test else (),
        "value": answer if number is None else number,
        "flag": row.flag if row else None,
        "entered_by": row.entered_by if row else None,
        "entered_at": row.entered_at if row else None,
    }


def _reference(work: Work, order: Row, test: domain.LabTest | None) -> str:
    """The hint beside an empty field; nothing while sex and age are unknown."""
    if test is None or order.birth_date is None:
        return ""
    if test.normal_answers:
        return ", ".join(test.normal_answers)
    taken = (order.collected_at or work.at).astimezone(work.facility.zone).date()
    age = domain.age_in_days(order.birth_date, taken)
    interval = domain.reference_for(test, Sex(order.sex), age)
    return interval.text() if interval else ""
