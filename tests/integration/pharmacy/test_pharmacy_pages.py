"""The counter's pages: what stands on them, and that a form does what the API does."""

import pytest
import sqlalchemy as sa

from services.pharmacy.models import stock_lot
from tests.integration.pharmacy.room import Room
from tests.kit import rooms
from tests.kit.samples import BORN, NAME


async def page(room: Room, path: str, role: str = "", **headers: str) -> str:
    async with room.person(role) as client:
        return await rooms.page(client, path, **headers)


async def submit(room: Room, path: str, **fields: str) -> int:
    return (await room.form(path, fields)).status_code


async def test_the_worklist_shows_who_waits_and_for_what(room: Room) -> None:
    rx_id = await room.prescribe(zinc_20=5)
    shown = await page(room, "/")
    assert NAME in shown
    assert "R-001" in shown
    assert "Perlu dikaji" in shown
    assert f"/pharmacy/prescriptions/{rx_id}" in shown
    assert "Pemeriksaan Anak" in shown


async def test_the_page_leads_through_every_step(room: Room) -> None:
    await room.stock("zinc_20", 20)
    rx_id = await room.prescribe(zinc_20=5)
    path = f"/prescriptions/{rx_id}"
    assert "Simpan pengkajian" in await page(room, path)
    ticked = {"administrative": "true", "pharmaceutical": "true", "clinical": "true"}
    assert await submit(room, f"{path}/review", version="1", **ticked) == 303
    assert "Obat sudah disiapkan" in await page(room, path)
    assert await submit(room, f"{path}/prepare", version="2") == 303
    assert "Serahkan obat" in await page(room, path)
    said = {"full_name": NAME, "birth_date": str(BORN), "instructions_given": "true"}
    assert await submit(room, f"{path}/dispense", version="3", **said) == 303
    done = await page(room, path)
    assert "Diserahkan" in done
    assert "L1" in done
    assert await room.lots() == {"L1": 15}


async def test_the_opened_prescription_follows_what_another_counter_does(room: Room) -> None:
    rx_id = await room.prescribe()
    part = f"/parts/prescriptions/{rx_id}"
    told = f'data-live="/pharmacy{part}" data-topics="prescription:{rx_id} stock"'
    assert told in await page(room, f"/prescriptions/{rx_id}")
    assert "Simpan pengkajian" in await page(room, part)
    ticked = {"administrative": "true", "pharmaceutical": "true", "clinical": "true"}
    await submit(room, f"/prescriptions/{rx_id}/review", **ticked)
    assert "Simpan pengkajian" not in await page(room, part)
    assert "Obat sudah disiapkan" in await page(room, part)


async def test_a_review_needs_all_three_answers(room: Room) -> None:
    rx_id = await room.prescribe()
    assert await submit(room, f"/prescriptions/{rx_id}/review", administrative="true") == 422


async def test_a_hint_stands_beside_its_check(room: Room) -> None:
    rx_id = await room.prescribe(paracetamol_500_tab=40)
    shown = await page(room, f"/prescriptions/{rx_id}")
    assert "40 dalam 30 hari, batas 30" in shown
    assert "Stok Parasetamol tablet 500 mg kurang" in shown


async def test_drugs_are_called_by_their_english_names_on_english_pages(room: Room) -> None:
    rx_id = await room.prescribe(paracetamol_500_tab=40, amoxicillin_125_syr=1)
    await room.stock("epinephrine_inj", 3)
    english = {"cookie": "alur_language=en"}
    shown = await page(room, f"/prescriptions/{rx_id}", **english)
    assert "Paracetamol" in shown
    assert "dry syrup 125 mg/5 mL" in shown
    assert "1 bottle" in shown
    stock = await page(room, "/stock", **english)
    assert "Epinephrine injection 0.1 %" in stock
    assert "3 ampoule" in stock
    for text in ("Parasetamol", "Amoksisilin", "Epinefrin", "sirup", "botol", "ampul"):
        assert text not in shown + stock, text


async def test_the_head_looks_on_without_buttons(room: Room) -> None:
    rx_id = await room.prescribe()
    shown = await page(room, f"/prescriptions/{rx_id}", role="head")
    assert NAME in shown
    assert "Simpan pengkajian" not in shown
    assert "Penerimaan" not in await page(room, "/stock", role="head")


async def test_stock_is_received_and_corrected_on_the_page(room: Room) -> None:
    receipt = {"drug_code": "ors_sachet", "lot": "O-1", "expiry": "2099-01-31", "quantity": "30"}
    assert await submit(room, "/stock/receipts", **receipt) == 303
    shown = await page(room, "/stock")
    assert "Oralit" in shown
    assert "O-1" in shown
    (lot,) = await room.rows(sa.select(stock_lot))
    broken = {"lot_id": str(lot.id), "quantity": "-2", "reason": "bocor"}
    assert await submit(room, "/stock/adjustments", **broken) == 303
    assert "28 sachet" in await page(room, "/parts/lots")


async def test_a_prepared_prescription_shows_its_way_back(room: Room) -> None:
    rx_id = await room.prepared(zinc_20=5)
    path = f"/prescriptions/{rx_id}"
    assert "Kembalikan obat ke rak" in await page(room, path)
    assert await submit(room, f"{path}/reject", reason="Tidak diambil", version="3") == 303
    shown = await page(room, path)
    assert "Tidak diambil" in shown
    assert "Serahkan obat" not in shown


async def test_quantities_are_written_the_way_their_reader_writes_them(room: Room) -> None:
    await room.stock("zinc_20", 5000)
    rx_id = await room.prescribe(zinc_20=1000)
    for language, stock, wanted in (("id", "5.000", "1.000"), ("en", "5,000", "1,000")):
        cookie = f"alur_language={language}"
        assert (await page(room, "/stock", cookie=cookie)).count(stock) == 2
        shown = await page(room, f"/prescriptions/{rx_id}", cookie=cookie)
        assert stock in shown
        assert wanted in shown


@pytest.mark.parametrize(("late_after", "late"), [(0, True), (60, False), (None, False)])
async def test_the_list_and_the_card_call_the_same_wait_late(
    room: Room, late_after: int | None, late: bool
) -> None:
    room.late_after(late_after)
    await room.prescribe()
    assert ('class="since late"' in await page(room, "/parts/worklist")) is late
    assert ('class="count late"' in await page(room, "/parts/summary")) is late


@pytest.mark.parametrize(
    "path", ["/", "/stock", "/parts/worklist", "/parts/lots", "/parts/summary"]
)
async def test_every_page_is_there_empty_and_in_english(room: Room, path: str) -> None:
    shown = await page(room, path, cookie="alur_language=en")
    assert not any(word in shown for word in ("Resep", "Belum ada stok", "menunggu"))
