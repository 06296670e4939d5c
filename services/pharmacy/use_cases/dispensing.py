"""The steps of one prescription at the counter."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import Work
from contracts.pharmacy import (
    PrescriptionDispensedV1,
    PrescriptionPreparedV1,
    PrescriptionRejectedV1,
    PrescriptionReviewedV1,
)
from contracts.values import DispensedItem, ReviewChecks

from .. import domain, models, store
from ..domain import MACHINE, Prescription


async def review(work: Work, rx_id: UUID, checks: ReviewChecks) -> Prescription:
    """A failed check is kept with the prescription, which then waits to be rejected or amended."""
    rx = await store.prescription_of(work, rx_id)
    state = domain.after_review(rx.state, checks)
    passed = state == "reviewed"
    values = {"checks": checks.model_dump(), "reviewed_at": work.at if passed else None}
    if passed:
        work.publish(
            PrescriptionReviewedV1(
                rx_id=rx.id, visit_id=rx.visit_id, version=rx.rx_version, checks=checks
            )
        )
    return await _step(work, rx, "review" if passed else "hold", state=state, **values)


async def prepare(work: Work, rx_id: UUID) -> Prescription:
    """Only what is there. Nothing is reserved: the stock is taken at the hand-over."""
    rx = await store.prescription_of(work, rx_id)
    state = MACHINE.after(rx.state, "prepare")
    wanted = domain.needs(rx.items)
    domain.check_stock(await store.usable_stock(work, wanted, _today(work)), wanted)
    work.publish(PrescriptionPreparedV1(rx_id=rx.id, visit_id=rx.visit_id, version=rx.rx_version))
    return await _step(work, rx, "prepare", state=state, prepared_at=work.at)


async def reject(work: Work, rx_id: UUID, reason: str) -> Prescription:
    """Back to the prescriber. What was prepared goes back on the shelf, from where it came."""
    rx = await store.prescription_of(work, rx_id)
    state = MACHINE.after(rx.state, "reject")
    reason = reason.strip()
    if not reason:
        raise Invalid("Tuliskan alasan penolakan untuk penulis resep", field="reason")
    work.publish(
        PrescriptionRejectedV1(
            rx_id=rx.id, visit_id=rx.visit_id, version=rx.rx_version, reason=reason
        )
    )
    closed = {"reject_reason": reason, "prepared_at": None, "closed_at": work.at}
    return await _step(work, rx, "reject", state=state, **closed)


async def cancel(work: Work, rx_id: UUID, reason: str) -> None:
    """The unit takes it back: no stock was taken yet. What was handed over or returned stays so."""
    rx = await store.prescription_of(work, rx_id)
    if MACHINE.allows(rx.state, "cancel"):
        state = MACHINE.after(rx.state, "cancel")
        closed = {"reject_reason": reason, "prepared_at": None, "closed_at": work.at}
        await _step(work, rx, "cancel", state=state, **closed)


async def dispense(
    work: Work, rx_id: UUID, *, full_name: str, birth_date: date, instructions_given: bool
) -> Prescription:
    """Hand over to the right person. The lots are locked last, so that the lock is short."""
    rx = await store.prescription_of(work, rx_id)
    state = MACHINE.after(rx.state, "dispense")
    domain.verify_hand_over(rx, full_name, birth_date, instructions_given)
    done = await _step(work, rx, "dispense", state=state, closed_at=work.at)
    takes = await _take_stock(work, rx)
    units = {item.drug_code: item.unit for item in rx.items}
    work.publish(
        PrescriptionDispensedV1(
            rx_id=rx.id,
            visit_id=rx.visit_id,
            version=rx.rx_version,
            items=tuple(_dispensed(each, units) for each in takes),
            dispensed_at=work.at,
        )
    )
    return done


async def _take_stock(work: Work, rx: Prescription) -> list[domain.Take]:
    today, wanted = _today(work), domain.needs(rx.items)
    lots = await store.lock_lots(work, wanted, today)
    takes = domain.allocate(lots, wanted, today)
    await store.take(work, takes, rx.id)
    work.changed("stock")
    return takes


def _dispensed(take: domain.Take, units: dict[str, str]) -> DispensedItem:
    lot = take.lot
    return DispensedItem(
        drug_code=lot.drug_code,
        quantity=take.quantity,
        unit=units[lot.drug_code],
        lot=lot.lot,
        expiry=lot.expiry.isoformat(),
    )


def _today(work: Work) -> date:
    return work.at.astimezone(work.facility.zone).date()


async def _step(work: Work, rx: Prescription, action: str, **values: Any) -> Prescription:
    version = await work.save(models.prescription, rx, **values)
    work.audit(f"prescription.{action}", rx.id, visit_id=rx.visit_id)
    work.changed("prescriptions", f"prescription:{rx.id}")
    return replace(rx, version=version, **values)
