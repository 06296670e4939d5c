"""Specimens of an order: taken, received at the bench, rejected and taken again."""

from typing import Any
from uuid import UUID

from chassis.errors import Invalid
from chassis.work import Row, Work
from contracts.lab import SpecimenCollectedV1, SpecimenRejectedV1

from .. import domain, store
from .steps import Order, advance, key_of


async def collect_specimens(work: Work, order_id: UUID) -> Order:
    """Take what the tests need and is not at hand; after a rejection only what was rejected."""
    order = await store.order(work, order_id)
    collected = await advance(work, order, "collect", collected_at=work.at)
    usable = {s.type for s in await store.specimens(work, order_id) if s.rejected_at is None}
    rows = [_specimen(work, order, type_) for type_ in domain.wanted_specimens(order.tests, usable)]
    await store.add_specimens(work, rows)
    for row in rows:
        work.publish(
            SpecimenCollectedV1(
                **key_of(order),
                specimen_id=row["id"],
                specimen_type=row["type"],
                collected_at=work.at,
            )
        )
    return collected


def _specimen(work: Work, order: Row, type_: str) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "facility": work.facility.code,
        "version": 1,
        "order_id": order.id,
        "type": type_,
        "collected_at": work.at,
        "collected_by": work.actor.staff_id,
    }


async def receive_specimens(work: Work, order_id: UUID) -> Order:
    order = await store.order(work, order_id)
    received = await advance(work, order, "receive")
    await store.receive_specimens(work, order_id)
    return received


async def reject_specimen(
    work: Work, order_id: UUID, reason: domain.RejectionReason, specimen_type: str | None
) -> Order:
    """Reject one specimen type, or all; they are taken again on the same order and counted."""
    order = await store.order(work, order_id)
    rejected = await advance(
        work,
        order,
        "reject_specimen",
        detail=reason.value,
        specimen_rejections=order.specimen_rejections + 1,
    )
    unusable = await store.reject_specimens(
        work,
        order_id,
        types=[specimen_type] if specimen_type else (),
        rejected_at=work.at,
        rejection_reason=reason.value,
    )
    if not unusable:
        raise Invalid("Spesimen ini tidak ada pada permintaan", field="specimen_type")
    for specimen in unusable:
        work.publish(_rejection(order, specimen))
    return rejected


def _rejection(order: Row, specimen: Row) -> SpecimenRejectedV1:
    return SpecimenRejectedV1(
        **key_of(order),
        specimen_id=specimen.id,
        specimen_type=specimen.type,
        reason=specimen.rejection_reason,
        rejected_at=specimen.rejected_at,
    )
