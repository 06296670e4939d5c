"""Queries on the stock: lots, and the ledger of their movements."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.prepared import Prepared
from chassis.work import Row, Work
from contracts.formulary import PERIOD_DAYS

from .. import domain
from ..models import prescription, stock_lot, stock_movement

#: Built once: to build a statement costs as much as to run it.
_LOTS = (
    sa.select(
        stock_lot.c.id,
        stock_lot.c.drug_code,
        stock_lot.c.lot,
        stock_lot.c.expiry,
        stock_lot.c.on_hand,
    )
    .where(
        stock_lot.c.facility == sa.bindparam("facility"),
        stock_lot.c.drug_code.in_(sa.bindparam("drug_codes", expanding=True)),
        stock_lot.c.expiry >= sa.bindparam("today"),
        stock_lot.c.on_hand > 0,
    )
    .order_by(stock_lot.c.drug_code, stock_lot.c.expiry, stock_lot.c.id)
)
_LOCKED_LOTS = _LOTS.with_for_update()


async def lock_lots(work: Work, drug_codes: Iterable[str], today: date) -> list[domain.Lot]:
    """The usable lots, locked in one order for everybody so that no two hand-overs deadlock."""
    return await _usable(work, _LOCKED_LOTS, drug_codes, today)


async def usable_stock(work: Work, drug_codes: Iterable[str], today: date) -> dict[str, int]:
    on_hand: Counter[str] = Counter()
    for lot in await _usable(work, _LOTS, drug_codes, today):
        on_hand[lot.drug_code] += lot.on_hand
    return dict(on_hand)


async def _usable(
    work: Work, statement: sa.Select[Any], drug_codes: Iterable[str], today: date
) -> list[domain.Lot]:
    wanted = {"facility": work.facility.code, "drug_codes": sorted(drug_codes), "today": today}
    rows = await work.execute(statement, wanted)
    return [domain.Lot(**row._mapping) for row in rows]


async def take(work: Work, takes: Sequence[domain.Take], rx_id: UUID) -> None:
    """Deduct under a guard and write the ledger; a lot that fell short takes back everything."""
    quantity = sa.case({each.lot.id: each.quantity for each in takes}, value=stock_lot.c.id)
    taken = await work.execute(
        sa.update(stock_lot)
        .where(
            stock_lot.c.id.in_([each.lot.id for each in takes]),
            stock_lot.c.facility == work.facility.code,
            stock_lot.c.on_hand >= quantity,
        )
        .values(on_hand=stock_lot.c.on_hand - quantity, version=stock_lot.c.version + 1)
    )
    if taken.rowcount != len(takes):
        raise domain.StockInsufficient("Stok berubah saat penyerahan; ulangi")
    for each in takes:
        row = _movement(work, each.lot.id, "dispense", -each.quantity, prescription_id=rx_id)
        await work.later(_ADD_MOVEMENT, **row)


_ADD_MOVEMENT = Prepared(sa.insert(stock_movement).inline())


def _movement(
    work: Work,
    lot_id: UUID,
    kind: str,
    quantity: int,
    *,
    prescription_id: UUID | None = None,
    reason: str = "",
) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "facility": work.facility.code,
        "lot_id": lot_id,
        "kind": kind,
        "quantity": quantity,
        "prescription_id": prescription_id,
        "reason": reason,
        "staff_id": work.actor.staff_id,
        "at": work.at,
    }


async def add_stock(
    work: Work, drug_code: str, lot: str, expiry: date, quantity: int
) -> dict[str, Any]:
    """Add to the lot, or open it; the lot's row as it is now."""
    insert = work.insert(stock_lot).values(
        id=work.new_id(),
        facility=work.facility.code,
        version=1,
        drug_code=drug_code,
        lot=lot,
        expiry=expiry,
        on_hand=quantity,
    )
    row = await work.first(
        insert.on_conflict_do_update(
            index_elements=[stock_lot.c.facility, stock_lot.c.drug_code, stock_lot.c.lot],
            set_={
                "on_hand": stock_lot.c.on_hand + insert.excluded.on_hand,
                "version": stock_lot.c.version + 1,
            },
        ).returning(*stock_lot.c)
    )
    assert row is not None
    await work.later(_ADD_MOVEMENT, **_movement(work, row.id, "receipt", quantity))
    return dict(row._mapping)


async def lot_of(work: Work, lot_id: UUID) -> Row:
    return await work.one(
        sa.select(stock_lot).where(
            stock_lot.c.id == lot_id, stock_lot.c.facility == work.facility.code
        ),
        "Lot ini tidak ada",
    )


async def write_adjustment(work: Work, lot_id: UUID, quantity: int, reason: str) -> None:
    row = _movement(work, lot_id, "adjustment", quantity, reason=reason)
    await work.later(_ADD_MOVEMENT, **row)


async def list_lots(work: Work) -> Sequence[Row]:
    """Lots that hold something, by drug, first to expire first."""
    return await work.all(
        sa.select(stock_lot)
        .where(stock_lot.c.facility == work.facility.code, stock_lot.c.on_hand > 0)
        .order_by(stock_lot.c.drug_code, stock_lot.c.expiry, stock_lot.c.id)
    )


async def handed_over(work: Work, rx_id: UUID) -> Sequence[Row]:
    """What a prescription took from which lot."""
    return await work.all(
        sa.select(
            stock_lot.c.drug_code,
            stock_lot.c.lot,
            stock_lot.c.expiry,
            (-stock_movement.c.quantity).label("quantity"),
        )
        .join(stock_lot, stock_lot.c.id == stock_movement.c.lot_id)
        .where(
            stock_movement.c.prescription_id == rx_id,
            stock_movement.c.facility == work.facility.code,
        )
        .order_by(stock_lot.c.drug_code, stock_lot.c.expiry)
    )


_RECENTLY_HANDED = Prepared(
    sa.select(stock_lot.c.drug_code, sa.func.sum(-stock_movement.c.quantity).label("total"))
    .join(stock_movement, stock_movement.c.lot_id == stock_lot.c.id)
    .join(prescription, prescription.c.id == stock_movement.c.prescription_id)
    .where(
        prescription.c.facility == sa.bindparam("facility"),
        prescription.c.patient_id == sa.bindparam("patient"),
        stock_movement.c.at > sa.bindparam("since", type_=stock_movement.c.at.type),
    )
    .group_by(stock_lot.c.drug_code)
)


async def recently_handed(work: Work, patient_id: UUID) -> dict[str, int]:
    """Quantity per drug that a patient got in the period that limits are counted in."""
    since = work.at - timedelta(days=PERIOD_DAYS)
    rows = await work.all(_RECENTLY_HANDED, patient=patient_id, since=since)
    return {row.drug_code: int(row.total) for row in rows}
