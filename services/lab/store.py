"""Every query of the laboratory; each one looks only at the caller's centre."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, func, select, tuple_, update

from chassis.prepared import Prepared, counting, once, upsert
from chassis.work import Row, Work

from .domain import CANCELLABLE
from .models import accession, ended_visit, lab_order, lab_result, patient, specimen

#: Orders with what is known of their patient, which may not have arrived yet.
_ORDERS = select(
    lab_order,
    patient.c.mrn,
    patient.c.full_name,
    patient.c.birth_date,
    patient.c.sex,
).outerjoin(patient, patient.c.id == lab_order.c.patient_id)


_HERE = lab_order.c.facility == bindparam("facility")
_ORDER = Prepared(_ORDERS.where(_HERE, lab_order.c.id == bindparam("order_id")))


def _orders(work: Work) -> Select[Any]:
    return _ORDERS.where(lab_order.c.facility == work.facility.code)


async def order(work: Work, order_id: UUID) -> Row:
    """The request may still be on its way here, so the sentence says to try again."""
    return await work.one(
        _ORDER,
        "Permintaan ini belum ada di laboratorium. Jika baru dikirim, coba lagi sebentar; "
        "jika tetap tidak ada, periksa nomornya",
        order_id=order_id,
    )


async def known_order(work: Work, order_id: UUID) -> Row | None:
    return await work.first(_ORDER, order_id=order_id)


async def worklist(
    work: Work, state: str | None, limit: int, after: Row | None = None
) -> Sequence[Row]:
    """Cito first, then the oldest request; without a state all that is still open.

    `after`: the last order of the page before.
    """
    chosen = lab_order.c.closed_at.is_(None) if state is None else lab_order.c.state == state
    inorder = (lab_order.c.rank, lab_order.c.requested_at, lab_order.c.id)
    page = _orders(work).where(chosen).order_by(*inorder).limit(limit)
    if after is not None:
        page = page.where(tuple_(*inorder) > tuple_(after.rank, after.requested_at, after.id))
    return await work.all(page)


async def open_counts(work: Work) -> Row:
    """How many orders are open, how many of them cito, and since when the oldest waits."""
    cito = func.sum(case((lab_order.c.rank == 0, 1), else_=0))
    counts = select(
        func.count().label("open"),
        func.coalesce(cito, 0).label("cito"),
        func.min(lab_order.c.requested_at).label("oldest"),
    ).where(lab_order.c.facility == work.facility.code, lab_order.c.closed_at.is_(None))
    return await work.one(counts)


_ADD_ORDER = once(lab_order, "id")


async def add_order(work: Work, values: dict[str, Any]) -> bool:
    """False where the order is already here: what has been done to it is not undone."""
    return (await work.run(_ADD_ORDER, **values)).rowcount == 1


async def save_order(work: Work, row: Row, **values: Any) -> int:
    return await work.save(lab_order, row, **values)


async def cancel_orders(work: Work, visit_id: UUID, reason: str) -> Sequence[UUID]:
    """Orders of a visit that nobody waits for any more; returns those that end here."""
    ending = (
        update(lab_order)
        .where(
            lab_order.c.facility == work.facility.code,
            lab_order.c.closed_at.is_(None),
            lab_order.c.visit_id == visit_id,
            lab_order.c.state.in_(CANCELLABLE),
        )
        .values(
            state="cancelled",
            closed_at=work.at,
            rejection_reason=reason,
            version=lab_order.c.version + 1,
        )
    )
    return [row.id for row in await work.all(ending.returning(lab_order.c.id))]


_NEXT_ACCESSION = counting(accession, "facility", "day")


async def next_accession(work: Work, day: date) -> int:
    """The next number of the centre's day; the row lock keeps two analysts from sharing one."""
    return int(await work.scalar(_NEXT_ACCESSION, day=day, last=1))


_OF_ORDER = (
    specimen.c.order_id == bindparam("of_order"),
    specimen.c.facility == bindparam("facility"),
)
_SPECIMENS = Prepared(select(specimen).where(*_OF_ORDER).order_by(specimen.c.id))
_ADD_SPECIMENS = Prepared(specimen.insert().inline())


async def specimens(work: Work, order_id: UUID) -> Sequence[Row]:
    """All specimens of an order, the rejected ones too, oldest first."""
    return await work.all(_SPECIMENS, of_order=order_id)


async def add_specimens(work: Work, rows: list[dict[str, Any]]) -> None:
    await work.run_many(_ADD_SPECIMENS, rows)


_RECEIVE_USABLE = Prepared(
    update(specimen)
    .where(*_OF_ORDER, specimen.c.rejected_at.is_(None))
    .values(
        version=specimen.c.version + 1,
        received_at=bindparam("now", type_=specimen.c.received_at.type),
    )
)


async def receive_specimens(work: Work, order_id: UUID) -> None:
    """The specimens that are not rejected have come to the bench."""
    await work.later(_RECEIVE_USABLE, of_order=order_id, now=work.at)


async def reject_specimens(
    work: Work, order_id: UUID, types: Sequence[str], **values: Any
) -> Sequence[Row]:
    """The specimens (only of `types`, where given) that were usable until now."""
    chosen = update(specimen).where(
        specimen.c.order_id == order_id,
        specimen.c.facility == work.facility.code,
        specimen.c.rejected_at.is_(None),
    )
    if types:
        chosen = chosen.where(specimen.c.type.in_(types))
    changed = chosen.values(version=specimen.c.version + 1, **values)
    return await work.all(changed.returning(*specimen.c))


_RESULTS = Prepared(
    select(lab_result).where(
        lab_result.c.order_id == bindparam("of_order"),
        lab_result.c.version == bindparam("of_version"),
        lab_result.c.facility == bindparam("facility"),
    )
)


async def results(work: Work, order_id: UUID, version: int) -> Sequence[Row]:
    return await work.all(_RESULTS, of_order=order_id, of_version=version)


@Prepared
def _put_results(insert: Any) -> Any:
    entered = insert(lab_result)
    fresh = ("number", "answer", "ucum", "reference", "flag", "entered_by", "entered_at")
    return entered.on_conflict_do_update(
        index_elements=["order_id", "version", "loinc"],
        set_={name: entered.excluded[name] for name in fresh},
    )


async def put_results(work: Work, rows: list[dict[str, Any]]) -> None:
    """Enter values, or enter them again while the version is not validated."""
    await work.run_many(_put_results, rows)


_END_VISIT = once(ended_visit, "id")
_ENDED = Prepared(
    select(ended_visit.c.id).where(
        ended_visit.c.id == bindparam("visit"), ended_visit.c.facility == bindparam("facility")
    )
)


async def end_visit(work: Work, visit_id: UUID) -> None:
    await work.later(_END_VISIT, id=visit_id, ended_at=work.at)


async def has_ended(work: Work, visit_id: UUID) -> bool:
    return await work.first(_ENDED, visit=visit_id) is not None


_ADD_PATIENTS = once(patient, "id")
_PUT_PATIENT = upsert(patient, "id", "facility", "mrn", "full_name", "birth_date", "sex")


async def add_patients(work: Work, rows: list[dict[str, Any]]) -> None:
    """Patients who are known already stay as they are."""
    await work.run_many(_ADD_PATIENTS, rows)


async def put_patient(work: Work, row: dict[str, Any]) -> None:
    await work.run_many(_PUT_PATIENT, [row])


async def open_orders_of(work: Work, patient_id: UUID) -> Sequence[UUID]:
    rows = await work.all(
        select(lab_order.c.id).where(
            lab_order.c.facility == work.facility.code,
            lab_order.c.closed_at.is_(None),
            lab_order.c.patient_id == patient_id,
        )
    )
    return [row.id for row in rows]
