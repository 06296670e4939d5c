"""Every query of the laboratory; each one looks only at the caller's centre."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, case, func, select, update

from chassis.prepared import once
from chassis.work import Row, Work

from .models import accession, lab_order, lab_result, patient, specimen

#: Orders with what is known of their patient, which may not have arrived yet.
_ORDERS = select(
    lab_order,
    patient.c.mrn,
    patient.c.full_name,
    patient.c.birth_date,
    patient.c.sex,
).outerjoin(patient, patient.c.id == lab_order.c.patient_id)


def _orders(work: Work) -> Select[Any]:
    return _ORDERS.where(lab_order.c.facility == work.facility.code)


async def order(work: Work, order_id: UUID) -> Row:
    found = _orders(work).where(lab_order.c.id == order_id)
    return await work.one(found, "Permintaan laboratorium tidak ditemukan")


async def worklist(work: Work, state: str | None, limit: int) -> Sequence[Row]:
    """Cito first, then the oldest request; without a state all that is still open."""
    chosen = lab_order.c.closed_at.is_(None) if state is None else lab_order.c.state == state
    inorder = (lab_order.c.rank, lab_order.c.requested_at, lab_order.c.id)
    return await work.all(_orders(work).where(chosen).order_by(*inorder).limit(limit))


async def open_counts(work: Work) -> Row:
    """How many orders are open, how many of them cito, and since when the oldest waits."""
    cito = func.sum(case((lab_order.c.rank == 0, 1), else_=0))
    counts = select(
        func.count().label("open"),
        func.coalesce(cito, 0).label("cito"),
        func.min(lab_order.c.requested_at).label("oldest"),
    ).where(lab_order.c.facility == work.facility.code, lab_order.c.closed_at.is_(None))
    return await work.one(counts)


async def add_order(work: Work, values: dict[str, Any]) -> bool:
    """False where the order is already here: what has been done to it is not undone."""
    insert = work.insert(lab_order).values(values).on_conflict_do_nothing(index_elements=["id"])
    return (await work.execute(insert)).rowcount == 1


async def save_order(work: Work, row: Row, **values: Any) -> int:
    return await work.save(lab_order, row, **values)


async def next_accession(work: Work, day: date) -> int:
    """The next number of the centre's day; the row lock keeps two analysts from sharing one."""
    insert = work.insert(accession).values(facility=work.facility.code, day=day, last=1)
    counted = insert.on_conflict_do_update(
        index_elements=["facility", "day"], set_={"last": accession.c.last + 1}
    )
    return int(await work.scalar(counted.returning(accession.c.last)))


async def specimens(work: Work, order_id: UUID) -> Sequence[Row]:
    """All specimens of an order, the rejected ones too, oldest first."""
    mine = (specimen.c.order_id == order_id, specimen.c.facility == work.facility.code)
    return await work.all(select(specimen).where(*mine).order_by(specimen.c.id))


async def add_specimens(work: Work, rows: list[dict[str, Any]]) -> None:
    await work.execute(specimen.insert(), rows)


async def receive_specimens(work: Work, order_id: UUID, **values: Any) -> None:
    await work.execute(_change_usable(work, order_id, values))


async def reject_specimens(
    work: Work, order_id: UUID, types: Sequence[str], **values: Any
) -> Sequence[Row]:
    """The specimens (only of `types`, where given) that were usable until now."""
    chosen = _change_usable(work, order_id, values)
    if types:
        chosen = chosen.where(specimen.c.type.in_(types))
    return await work.all(chosen.returning(*specimen.c))


def _change_usable(work: Work, order_id: UUID, values: dict[str, Any]) -> Update:
    """A change of the specimens that are not yet rejected."""
    return (
        update(specimen)
        .where(
            specimen.c.order_id == order_id,
            specimen.c.facility == work.facility.code,
            specimen.c.rejected_at.is_(None),
        )
        .values(version=specimen.c.version + 1, **values)
    )


async def results(work: Work, order_id: UUID, version: int) -> Sequence[Row]:
    mine = (
        lab_result.c.order_id == order_id,
        lab_result.c.version == version,
        lab_result.c.facility == work.facility.code,
    )
    return await work.all(select(lab_result).where(*mine))


async def put_results(work: Work, rows: list[dict[str, Any]]) -> None:
    """Enter values, or enter them again while the version is not validated."""
    insert = work.insert(lab_result)
    fresh = ("number", "answer", "ucum", "reference", "flag", "entered_by", "entered_at")
    await work.execute(
        insert.values(rows).on_conflict_do_update(
            index_elements=["order_id", "version", "loinc"],
            set_={name: insert.excluded[name] for name in fresh},
        )
    )


async def put_patients(work: Work, rows: list[dict[str, Any]]) -> None:
    """Keep the newest facts of many patients."""
    await work.execute(_put_patients(work), rows)


@once
def _put_patients(work: Work) -> Any:
    insert = work.insert(patient)
    facts = ("facility", "mrn", "full_name", "birth_date", "sex")
    return insert.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "version": patient.c.version + 1,
            **{name: insert.excluded[name] for name in facts},
        },
    )
