"""Many hand-overs of one drug at once: never more than there is, and the ledger agrees."""

import asyncio
from uuid import UUID

from tests.integration.pharmacy.room import Room


async def prepared(room: Room, count: int, **items: int) -> list[UUID]:
    found = [await room.prescribe(**items) for _ in range(count)]
    await asyncio.gather(*(room.prepare(rx_id) for rx_id in found))
    return found


async def test_one_hot_drug_is_never_oversold(room: Room) -> None:
    await room.stock("paracetamol_500_tab", 25, lot="A", days=30)
    await room.stock("paracetamol_500_tab", 25, lot="B", days=60)
    rx_ids = await prepared(room, 24, paracetamol_500_tab=3)
    answers = await asyncio.gather(*(room.dispense(rx_id) for rx_id in rx_ids))
    assert sorted(answer.status_code for answer in answers) == [200] * 16 + [409] * 8
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refused == {"stock_insufficient"}
    assert await room.lots() == {"A": 0, "B": 2}
    assert await room.ledger_agrees()


async def test_hand_overs_that_cross_each_other_do_not_deadlock(room: Room) -> None:
    for code in ("zinc_20", "ors_sachet", "amoxicillin_500"):
        await room.stock(code, 100, lot="A", days=30)
        await room.stock(code, 100, lot="B", days=60)
    one = await prepared(room, 6, zinc_20=9, ors_sachet=9)
    other = await prepared(room, 6, ors_sachet=9, amoxicillin_500=9, zinc_20=9)
    mixed = [rx_id for pair in zip(one, other, strict=True) for rx_id in pair]
    answers = await asyncio.gather(*(room.dispense(rx_id) for rx_id in mixed))
    assert {answer.status_code for answer in answers} == {200}
    assert await room.ledger_agrees()


async def test_one_prescription_is_handed_over_once(room: Room) -> None:
    await room.stock("zinc_20", 100)
    [rx_id] = await prepared(room, 1, zinc_20=10)
    answers = await asyncio.gather(*(room.dispense(rx_id) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert await room.lots() == {"L1": 90}


async def test_receipts_corrections_and_hand_overs_together_keep_the_ledger_true(
    room: Room,
) -> None:
    lot_id = await room.stock("zinc_20", 50)
    rx_ids = await prepared(room, 8, zinc_20=5)
    await asyncio.gather(
        *(room.dispense(rx_id) for rx_id in rx_ids),
        *(room.stock("zinc_20", 4) for _ in range(4)),
        *(
            room.post(f"/api/stock/lots/{lot_id}/adjustments", {"quantity": -1, "reason": "pecah"})
            for _ in range(4)
        ),
    )
    assert await room.ledger_agrees()
    assert await room.parked() == []
