"""What cannot be handed over: not prepared, or given back; nobody waits for ever."""

from uuid import uuid4

import pytest

from contracts.clinical import PrescriptionCancelledV1
from contracts.pharmacy import PrescriptionRejectedV1
from tests.integration.pharmacy.room import CHECKED, Room
from tests.kit.samples import left


async def test_too_little_stock_deducts_nothing_and_says_what_is_there(room: Room) -> None:
    await room.stock("ors_sachet", 6, lot="O")
    lot_id = await room.stock("zinc_20", 10, lot="Z")
    rx_id = await room.prescribe(ors_sachet=6, zinc_20=10)
    await room.prepare(rx_id)
    await room.broken(lot_id, 7)
    answer = await room.dispense(rx_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "stock_insufficient")
    assert "Zinc" in answer.json()["detail"]
    assert "tersedia 3" in answer.json()["detail"]
    assert await room.lots() == {"O": 6, "Z": 3}
    details = (await room.get(f"/api/prescriptions/{rx_id}")).json()
    assert details["prescription"]["state"] == "prepared"
    assert "stock_short" in {hint["code"] for hint in details["hints"] if hint["warning"]}


async def test_what_is_not_there_is_not_prepared(room: Room) -> None:
    await room.stock("ors_sachet", 6, lot="O")
    await room.stock("zinc_20", 10, lot="A")
    await room.stock("zinc_20", 3, lot="B")
    rx_id = await room.prescribe(ors_sachet=6, zinc_20=20)
    await room.step(rx_id, "review", **CHECKED)
    refused = await room.step(rx_id, "prepare")
    assert (refused.status_code, refused.json()["code"]) == (409, "stock_insufficient")
    assert "Zinc tablet dispersibel 20 mg tidak cukup: tersedia 13" in refused.json()["detail"]
    await room.stock("zinc_20", 7, lot="NEW")
    assert (await room.step(rx_id, "prepare")).json()["state"] == "prepared"


async def test_a_prepared_prescription_whose_stock_is_gone_goes_back(room: Room) -> None:
    lot_id = await room.stock("kb_implant", 1)
    rx_id = await room.prescribe(kb_implant=1)
    await room.prepare(rx_id)
    await room.broken(lot_id, 1)
    assert (await room.dispense(rx_id)).json()["code"] == "stock_insufficient"
    silent = await room.step(rx_id, "reject", reason=" ")
    assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "reason")
    answer = (await room.step(rx_id, "reject", reason="Stok habis")).json()
    assert (answer["state"], answer["prepared_at"]) == ("rejected", None)
    assert (await room.get("/api/prescriptions")).json() == []
    (rejected,) = await room.published_of(PrescriptionRejectedV1)
    assert (rejected.rx_id, rejected.reason) == (rx_id, "Stok habis")


async def test_what_nobody_collects_goes_back_and_the_stock_is_whole(room: Room) -> None:
    rx_id = await room.prepared(zinc_20=10)
    assert (await room.step(rx_id, "reject", reason="Tidak diambil")).status_code == 200
    assert await room.lots() == {"L1": 10}
    assert await room.ledger_agrees()
    assert (await room.dispense(rx_id)).json()["code"] == "illegal_transition"


async def test_a_patient_who_went_home_is_waited_for_no_more(room: Room) -> None:
    rx_id = await room.prepared(ors_sachet=6)
    other = await room.prescribe(ors_sachet=1)
    await room.receive(left(rx_id), left(uuid4()))
    rx = (await room.get(f"/api/prescriptions/{rx_id}")).json()["prescription"]
    assert (rx["state"], rx["reject_reason"]) == ("cancelled", "Tidak dapat menunggu")
    assert [each["id"] for each in (await room.get("/api/prescriptions")).json()] == [str(other)]
    assert (await room.dispense(rx_id)).status_code == 409
    assert await room.lots() == {"L1": 6}, "nothing was taken from the stock"
    page = await room.get(f"/prescriptions/{rx_id}")
    assert "Dibatalkan: ditarik penulis resep, atau pasien pulang" in page.text


async def test_what_was_handed_over_stays_handed_over(room: Room) -> None:
    rx_id = await room.prepared(ors_sachet=6)
    await room.dispense(rx_id)
    await room.receive(left(rx_id))
    rx = (await room.get(f"/api/prescriptions/{rx_id}")).json()["prescription"]
    assert rx["state"] == "dispensed"


@pytest.mark.parametrize("handed", [False, True])
async def test_what_its_unit_takes_back_ends_unless_it_was_handed_over(
    room: Room, handed: bool
) -> None:
    rx_id = await room.prepared(ors_sachet=6)
    if handed:
        await room.dispense(rx_id)
    why = {"rx_id": rx_id, "visit_id": rx_id, "origin_unit": "anak", "reason": "Salah obat"}
    await room.receive(PrescriptionCancelledV1(**why))
    rx = (await room.get(f"/api/prescriptions/{rx_id}")).json()["prescription"]
    assert rx["state"] == ("dispensed" if handed else "cancelled")
    assert await room.lots() == {"L1": 0 if handed else 6}
    assert await room.parked() == []
