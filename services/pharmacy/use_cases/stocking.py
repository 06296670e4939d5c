"""What enters the stock, and corrections of it: each one a row of the ledger."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.errors import StaleVersion
from chassis.work import Work

from .. import domain, models, store


async def receive_stock(
    work: Work, *, drug_code: str, lot: str, expiry: date, quantity: int
) -> dict[str, Any]:
    today = work.at.astimezone(work.facility.zone).date()
    domain.check_receipt(drug_code, expiry, quantity, today)
    row = await store.add_stock(work, drug_code, lot, expiry, quantity)
    if work.expected_version not in (None, row["version"] - 1):
        raise StaleVersion()
    if row["expiry"] != expiry:
        raise domain.LotMismatch(
            "Lot %(lot)s sudah tercatat dengan tanggal kedaluwarsa %(expiry)s; periksa kemasan",
            field="expiry",
            lot=lot,
            expiry=row["expiry"].isoformat(),
        )
    work.audit("stock.receive", row["id"], detail=str(quantity))
    work.changed("stock", "prescriptions")
    return dict(row)


async def adjust_stock(work: Work, lot_id: UUID, *, quantity: int, reason: str) -> dict[str, Any]:
    """`quantity` is the difference: negative for breakage, loss or expiry."""
    row = await store.lot_of(work, lot_id)
    domain.check_adjustment(row.on_hand, quantity, reason)
    on_hand = row.on_hand + quantity
    version = await work.save(models.stock_lot, row, on_hand=on_hand)
    await store.write_adjustment(work, lot_id, quantity, reason.strip())
    work.audit("stock.adjust", lot_id, detail=str(quantity))
    work.changed("stock", "prescriptions")
    return {**row._mapping, "on_hand": on_hand, "version": version}
