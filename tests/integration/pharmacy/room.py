"""A pharmacy alone: its stock, and prescriptions on their way to the hand-over."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from contracts.clinical import PrescriptionIssuedV1
from services.pharmacy.models import stock_lot, stock_movement
from tests.kit.rooms import BareRoom, good
from tests.kit.samples import BORN, NAME, SYRUP, prescribed, registered, rx_item

CHECKED = {"administrative": True, "pharmaceutical": True, "clinical": True}


class Room(BareRoom):
    """The pharmacy of one test."""

    name, role = "pharmacy", "pharmacist"

    async def prescribe(self, **items: int) -> UUID:
        """A prescription of a registered patient, as the child room sends it."""
        event = issued(uuid4(), items or {SYRUP: 1})
        await self.receive(registered(patient_id=event.patient_id), event)
        return event.rx_id

    async def prepared(self, **items: int) -> UUID:
        """A prescription that waits for the hand-over; there was stock for it."""
        for code, quantity in items.items():
            await self.stock(code, quantity)
        rx_id = await self.prescribe(**items)
        await self.prepare(rx_id)
        return rx_id

    async def stock(self, drug_code: str, quantity: int, lot: str = "L1", days: int = 365) -> UUID:
        expiry = (datetime.now(UTC) + timedelta(days=days)).date()
        body = {"drug_code": drug_code, "lot": lot, "expiry": str(expiry), "quantity": quantity}
        answer = await self.post("/api/stock/receipts", body)
        return UUID(good(answer)["id"])

    async def broken(self, lot_id: UUID, quantity: int) -> None:
        """So many of a lot are no longer there."""
        body = {"quantity": -quantity, "reason": "pecah"}
        good(await self.post(f"/api/stock/lots/{lot_id}/adjustments", body))

    async def step(self, rx_id: UUID, name: str, **body: Any) -> httpx.Response:
        return await self.post(f"/api/prescriptions/{rx_id}/{name}", body)

    async def prepare(self, rx_id: UUID) -> None:
        good(await self.step(rx_id, "review", **CHECKED))
        good(await self.step(rx_id, "prepare"))

    async def dispense(self, rx_id: UUID, **body: Any) -> httpx.Response:
        said = {"full_name": NAME, "birth_date": str(BORN), "instructions_given": True}
        return await self.step(rx_id, "dispense", **(said | body))

    async def lots(self) -> dict[str, int]:
        """What is left of each lot, by its number (a test gives each lot its own)."""
        return {lot.lot: lot.on_hand for lot in await self.rows(sa.select(stock_lot))}

    async def published_types(self) -> list[str]:
        return [event.type.removeprefix("pharmacy.") for event in await self.published()]

    async def ledger_agrees(self) -> bool:
        """Every lot holds what its movements add up to."""
        sums: dict[UUID, int] = {}
        for move in await self.rows(sa.select(stock_movement)):
            sums[move.lot_id] = sums.get(move.lot_id, 0) + move.quantity
        return sums == {lot.id: lot.on_hand for lot in await self.rows(sa.select(stock_lot))}


def issued(rx_id: UUID, items: Mapping[str, int], version: int = 1) -> PrescriptionIssuedV1:
    """One patient, one visit, one prescription: all three have the same id."""
    return prescribed(
        *(rx_item(code, quantity) for code, quantity in items.items()),
        **dict.fromkeys(("rx_id", "visit_id", "patient_id"), rx_id),
        version=version,
    )
